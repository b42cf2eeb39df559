package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that does not hold.
 *
 * @param statement what was wished
 * @param found what is there in its place; null if nothing is
 */
public record Deviation(Statement statement, @Nullable KernelObject found) {

    /** The statements of which what was seen shows that they do not hold. */
    public static List<Deviation> among(List<Statement> statements, Observation seen) {
        return Verification.of(statements, seen);
    }

    /** One line that names the object as {@code ip} would, the namespace and the reason. */
    @Override
    public String toString() {
        String object = statement.object() + " in " + statement.where();
        String why = " (" + statement.why() + ")";
        if (statement.presence() == Presence.ABSENT) {
            return "present but should be gone: " + object + why;
        }
        return found == null
                ? "missing: " + object + why
                : "differs: " + object + why + ", found " + found;
    }
}

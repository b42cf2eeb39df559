package io.metaplugins.plugin;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of an attachment that was planned anew.
 *
 * @param gone what is not wished any more
 * @param come what is wished besides
 */
public record Renewal(AttachmentId id, List<Statement> gone, List<Statement> come) {

    /** What is to be planned, and for which request. */
    record Intention(Planner planner, Origin origin) {}

    static Renewal of(Receipt before, Plan after) {
        List<Statement> old = before.plan().effective();
        List<Statement> fresh = after.effective();
        return new Renewal(before.id(), without(old, fresh), without(fresh, old));
    }

    /** Whatever the reason for a wish is. */
    private static List<Statement> without(List<Statement> some, List<Statement> others) {
        List<Statement> rest = new ArrayList<>(some);
        rest.removeIf(each -> others.stream().anyMatch(other -> isSame(each, other)));
        return List.copyOf(rest);
    }

    private static boolean isSame(Statement one, Statement other) {
        return one.where() == other.where()
                && one.presence() == other.presence()
                && one.object().equals(other.object());
    }

    /** Whether the attachment stays as it is. */
    public boolean isNothing() {
        return gone.isEmpty() && come.isEmpty();
    }
}

package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an attachment did to one object: there was this before, now there is that. All that is
 * needed to undo it, and the reason that nothing else is ever undone.
 *
 * @param where the namespace
 * @param lifetime {@link Lifetime#NODE} if it outlives the attachment
 * @param before the object as it was observed; null if there was none
 * @param after the object as it was written; null if it was removed
 * @param ahead whether what was removed stood ahead of another route of the same destination and
 *     metric, and so was the one in use
 */
public record Effect(
        Where where,
        Lifetime lifetime,
        @Nullable KernelObject before,
        @Nullable KernelObject after,
        boolean ahead) {

    public Effect {
        if (before == null && after == null) {
            throw new IllegalArgumentException("an effect has a before or an after");
        }
    }

    /** The object: as it was written, or else as it was found. */
    KernelObject object() {
        return after == null ? Objects.requireNonNull(before) : after;
    }

    /** An effect on the same object, the other way round. */
    Effect turned(@Nullable KernelObject from, @Nullable KernelObject to) {
        return new Effect(where, lifetime, from, to, false);
    }

    /** Whether the statement wishes for what this led to. */
    boolean isOf(Statement statement) {
        if (statement.where() != where) {
            return false;
        }
        return switch (statement.presence()) {
            case PRESENT -> after != null && statement.object().satisfiedBy(after);
            case ABSENT ->
                    after == null && before != null && statement.object().satisfiedBy(before);
        };
    }

    /** Whether both wrote the same, or removed the same, whatever was there before. */
    boolean endsAs(Effect other) {
        if (where != other.where || !Objects.equals(after, other.after)) {
            return false;
        }
        return after != null
                || (before != null && other.before != null && before.sameAs(other.before));
    }
}

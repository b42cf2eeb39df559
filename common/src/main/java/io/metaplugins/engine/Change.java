package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import java.util.Locale;

/**
 * One thing to do to one object in one namespace.
 *
 * @param act what to do
 * @param object to what
 */
public record Change(Act act, KernelObject object) {

    /** The flags of the netlink request, as {@code ip} names them. */
    public enum Act {
        /** {@code NLM_F_CREATE|NLM_F_EXCL}: fails with EEXIST if it is there. */
        ADD,
        /**
         * {@code NLM_F_CREATE|NLM_F_REPLACE}; for a link, whose existence is not ours, the stated
         * fields set; for a sysctl, the value written.
         */
        REPLACE,
        /** {@code NLM_F_CREATE|NLM_F_APPEND}: behind routes of the same destination and metric. */
        APPEND,
        /** {@code NLM_F_CREATE}: ahead of routes of the same destination and metric. */
        PREPEND,
        /** Removed; it is an error if it is not there. */
        DELETE
    }

    @Override
    public String toString() {
        return act.name().toLowerCase(Locale.ROOT) + " " + object;
    }
}

package io.metaplugins.plan;

import io.metaplugins.kernel.Snapshot;

/**
 * What a planner may see of the kernel. It resolves facts with it (which MAC, which interface,
 * whose gateway), and never decides by it what is wished: after ADD the kernel looks different, and
 * the same configuration must still give the same plan.
 */
public record Observation(Snapshot host, Snapshot container) {
    /** Before the first question. */
    public static final Observation NONE = new Observation(Snapshot.EMPTY, Snapshot.EMPTY);

    public Snapshot in(Where where) {
        return switch (where) {
            case HOST -> host;
            case CONTAINER -> container;
        };
    }
}

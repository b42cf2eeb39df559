package io.metaplugins.plan;

import io.metaplugins.kernel.Query;
import java.util.List;

/** Readings that a planner wants of each namespace. */
public record Questions(List<Query> host, List<Query> container) {
    public static final Questions NONE = new Questions(List.of(), List.of());

    public Questions {
        host = List.copyOf(host);
        container = List.copyOf(container);
    }

    /** The readings wanted of one namespace. */
    public List<Query> in(Where where) {
        return switch (where) {
            case HOST -> host;
            case CONTAINER -> container;
        };
    }
}

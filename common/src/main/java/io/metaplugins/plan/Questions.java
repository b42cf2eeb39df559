package io.metaplugins.plan;

import io.metaplugins.kernel.Query;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Readings that a planner wants of each namespace. */
public record Questions(List<Query> host, List<Query> container) {
    public static final Questions NONE = new Questions(List.of(), List.of());

    public Questions {
        host = List.copyOf(host);
        container = List.copyOf(container);
    }

    /** The readings that show whether the statements hold. */
    public static Questions about(List<Statement> statements) {
        Set<Query> host = new LinkedHashSet<>();
        Set<Query> container = new LinkedHashSet<>();
        for (Statement statement : statements) {
            switch (statement.where()) {
                case HOST -> host.add(statement.object().query());
                case CONTAINER -> container.add(statement.object().query());
            }
        }
        return new Questions(List.copyOf(host), List.copyOf(container));
    }

    /** The readings wanted of one namespace. */
    public List<Query> in(Where where) {
        return switch (where) {
            case HOST -> host;
            case CONTAINER -> container;
        };
    }
}

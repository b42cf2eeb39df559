package io.metaplugins.plan;

import java.util.List;

/**
 * What shall hold, in the order in which it is to be made: a link before its address, an address
 * before the route that uses it, the new default route before the old one goes. Only the planner
 * knows the order; nobody sorts it.
 */
public record Plan(List<Statement> statements) {
    public static final Plan EMPTY = new Plan(List.of());

    public Plan {
        statements = List.copyOf(statements);
    }
}

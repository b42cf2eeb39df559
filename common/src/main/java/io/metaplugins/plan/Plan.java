package io.metaplugins.plan;

import java.util.ArrayList;
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

    /**
     * The statements that hold in the end. Where two contradict each other the later one counts, as
     * it would if each was carried out: {@code delete default dev eth0} says nothing any more once
     * {@code add default dev eth0} follows.
     */
    public List<Statement> effective() {
        List<Statement> last = new ArrayList<>(statements.size());
        for (int index = 0; index < statements.size(); index++) {
            Statement statement = statements.get(index);
            List<Statement> later = statements.subList(index + 1, statements.size());
            if (later.stream().noneMatch(statement::isOverruledBy)) {
                last.add(statement);
            }
        }
        return last;
    }
}

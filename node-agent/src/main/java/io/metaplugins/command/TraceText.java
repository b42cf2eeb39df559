package io.metaplugins.command;

import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.List;

/** The way of a packet in lines, each with the reason why there is such a rule, route or entry. */
record TraceText(Trace trace, Reasons reasons) {

    List<String> lines() {
        TextTable table = new TextTable();
        for (Rule rule : trace.passed()) {
            if (!TableId.LOCAL.equals(rule.table())) {
                table.row("  passed", Words.of(rule), "no route there");
            }
        }
        Rule rule = trace.rule();
        if (rule == null) {
            table.row(
                    "  rule",
                    "to table " + trace.way().table(),
                    "chosen by more than is known here");
        } else {
            table.row("  rule", Words.of(rule), "# " + reasons.of(Where.CONTAINER, rule));
        }
        Route route = trace.route();
        if (route != null) {
            table.row(
                    "  table " + route.table(),
                    Words.of(route),
                    "# " + reasons.of(Where.CONTAINER, route));
        }
        next(table);
        List<String> lines = new ArrayList<>(table.lines());
        if (route != null) {
            reasons.removedBeside(route).forEach(each -> lines.add("  in place of " + each));
        }
        lines.add(end());
        return lines;
    }

    private void next(TextTable table) {
        Trace.Next next = trace.next();
        if (next == null) {
            return;
        }
        if (next.neighbour() == null) {
            table.row(
                    "  neighbour", next.address() + " dev " + next.dev() + " has to be asked for");
        } else {
            table.row(
                    "  neighbour",
                    Words.of(next.neighbour()),
                    "# " + reasons.of(Where.CONTAINER, next.neighbour()));
        }
    }

    private String end() {
        Route way = trace.way();
        String source =
                trace.packet().source() == null && way.source() != null
                        ? ", from " + way.source()
                        : "";
        return switch (way.type()) {
            case UNICAST -> "leaves by " + way.dev() + source;
            case LOCAL -> "stays in the pod" + source;
            case BROADCAST, MULTICAST, ANYCAST ->
                    "leaves by " + way.dev() + " to all who listen" + source;
            case BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> "is dropped";
        };
    }
}

package io.metaplugins.command;

import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.Kernels;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What there is of a pod, in lines below headings; what is ours with the reason for it. */
final class Picture {
    private final Pod pod;
    private final Kernels kernels;
    private final Reasons reasons;

    Picture(Pod pod, Kernels kernels) {
        this.pod = pod;
        this.kernels = kernels;
        this.reasons = new Reasons(pod);
    }

    /** Inside, all that is there. */
    List<String> pod() {
        Kernel kernel = kernels.in(Where.CONTAINER);
        List<String> lines = new ArrayList<>();
        List<KernelObject> links = kernel.read(new Query.Links());
        section(lines, "interfaces", interfaces(kernel, links));
        for (IpFamily family : IpFamily.values()) {
            section(
                    lines,
                    "rules, " + Words.of(family),
                    told(Where.CONTAINER, kernel.read(new Query.Rules(family))));
            tables(kernel, family)
                    .forEach((table, routes) ->
                            section(
                                    lines,
                                    "table " + table + ", " + Words.of(family),
                                    told(Where.CONTAINER, routes)));
        }
        List<KernelObject> neighbours = new ArrayList<>();
        for (KernelObject link : links) {
            neighbours.addAll(kernel.read(new Query.Neighbours(((Link) link).name())));
        }
        section(lines, "neighbours", told(Where.CONTAINER, neighbours));
        section(
                lines,
                "nf_tables",
                told(Where.CONTAINER, kernel.read(new Query.NftRules(NftChain.TABLE))));
        section(lines, "settings", told(Where.CONTAINER, wished(Where.CONTAINER, true)));
        return lines;
    }

    /** On the node, what is there for the pod. */
    List<String> node() {
        List<String> lines = new ArrayList<>();
        List<KernelObject> there = new ArrayList<>(wished(Where.HOST, false));
        there.addAll(wished(Where.HOST, true));
        TextTable table = new TextTable();
        for (KernelObject each : there) {
            // A rule for all packets does not tell its family by itself.
            String family = each instanceof Rule rule ? ", " + Words.of(rule.family()) : "";
            table.row("  " + each + family, "# " + reasons.of(Where.HOST, each));
        }
        section(lines, "on the node", table);
        return lines;
    }

    private static void section(List<String> lines, String title, TextTable table) {
        List<String> rows = table.lines();
        if (!rows.isEmpty()) {
            lines.add("");
            lines.add(title);
            lines.addAll(rows);
        }
    }

    private TextTable told(Where where, List<KernelObject> objects) {
        TextTable table = new TextTable();
        for (KernelObject object : objects) {
            String reason = reasons.of(where, object);
            table.row(
                    "  " + Words.of(object), reason.equals(Reasons.NOT_OURS) ? "" : "# " + reason);
        }
        return table;
    }

    private TextTable interfaces(Kernel kernel, List<KernelObject> links) {
        TextTable table = new TextTable();
        for (KernelObject link : links) {
            table.row(told(Where.CONTAINER, List.of(link)).lines().getFirst());
            for (IpFamily family : IpFamily.values()) {
                kernel.read(new Query.Addresses(family)).stream()
                        .map(Address.class::cast)
                        .filter(address -> address.dev().equals(((Link) link).name()))
                        .forEach(address ->
                                table.row(
                                        "  "
                                                + told(Where.CONTAINER, List.of(address))
                                                        .lines()
                                                        .getFirst()));
            }
        }
        return table;
    }

    private static Map<TableId, List<KernelObject>> tables(Kernel kernel, IpFamily family) {
        Map<TableId, List<KernelObject>> tables = new TreeMap<>();
        for (KernelObject route : kernel.read(new Query.AllRoutes(family))) {
            tables.computeIfAbsent(((Route) route).table(), _ -> new ArrayList<>()).add(route);
        }
        return tables;
    }

    /** What is there of what was wished: settings, or all but settings. */
    private List<KernelObject> wished(Where where, boolean settings) {
        Set<KernelObject> there = new LinkedHashSet<>();
        for (Receipt receipt : pod.receipts()) {
            for (Statement statement : receipt.plan().statements()) {
                if (statement.where() == where
                        && statement.presence() == Presence.PRESENT
                        && statement.object() instanceof Sysctl == settings) {
                    kernels.in(where).read(statement.object().query()).stream()
                            .filter(statement.object()::satisfiedBy)
                            .forEach(there::add);
                }
            }
        }
        return List.copyOf(there);
    }
}

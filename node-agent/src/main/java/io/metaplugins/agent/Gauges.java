package io.metaplugins.agent;

import io.metaplugins.agent.drift.KeeperThread;
import io.metaplugins.agent.drift.Tally;
import io.metaplugins.agent.drift.Tally.Kind;
import io.metaplugins.agent.drift.Tally.Outcome;
import io.metaplugins.agent.metrics.Metrics;
import io.metaplugins.agent.metrics.Metrics.Sample;
import io.metaplugins.agent.metrics.OwnProcess;
import io.metaplugins.libc.Libc;
import io.metaplugins.netlink.NeighbourTables;
import io.metaplugins.netlink.NetlinkSocket;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What is looked up when somebody asks for metrics. */
final class Gauges {
    private static final List<String> OBJECTS =
            List.of("link", "address", "route", "rule", "neighbour", "sysctl", "packet-filter");

    private final Metrics metrics;

    Gauges(Metrics metrics) {
        this.metrics = metrics;
    }

    /** What there is from the start. */
    void register(Plugins plugins, Node node, Spool spool, Libc libc, Instant start) {
        metrics.gauge(
                "meta_plugins_build_info",
                "The agent's version, and its runtime's.",
                List.of("version", "java"),
                () ->
                        List.of(
                                new Sample(
                                        1,
                                        List.of(plugins.version(), Runtime.version().toString()))));
        metrics.gauge(
                "meta_plugins_attachments",
                "Attachments on record.",
                List.of("plugin"),
                () ->
                        plugins.all().stream()
                                .map(MetaPlugin::name)
                                .map(name -> new Sample(node.attachments(name), List.of(name)))
                                .toList());
        metrics.gauge(
                "meta_plugins_spool_requests",
                "Requests that found no agent and are still to be carried out.",
                List.of(),
                () -> List.of(Sample.of(spool.depth())));
        neighbours(
                "meta_plugins_neighbour_entries",
                "Entries of the kernel's neighbour table, of all namespaces of the node.",
                libc,
                NeighbourTables.Use::entries);
        neighbours(
                "meta_plugins_neighbour_entries_limit",
                "gc_thresh3: how many entries there may be that are not permanent.",
                libc,
                NeighbourTables.Use::limit);
        OwnProcess.register(metrics, start);
    }

    /**
     * What a keeper does. All that it may come to count is told from the start, for a first repair
     * is seen only by who saw the 0 before.
     */
    void register(Plugins plugins, Supplier<@Nullable KeeperThread> keeper) {
        Supplier<Tally> tally =
                () -> {
                    KeeperThread thread = keeper.get();
                    return thread == null ? new Tally() : thread.tally();
                };
        metrics.gauge(
                "meta_plugins_keeper_running",
                "1 if somebody looks after attachments.",
                List.of(),
                () -> {
                    KeeperThread thread = keeper.get();
                    boolean runs = thread != null && thread.problem().isEmpty();
                    return List.of(Sample.of(runs ? 1 : 0));
                });
        counter(
                "meta_plugins_collected_total",
                "Attachments that were taken apart since their pods were gone.",
                () -> tally.get().collected());
        counter(
                "meta_plugins_quarrels_total",
                "Things that another owner changes again and again.",
                () -> tally.get().quarrels());
        counter(
                "meta_plugins_news_lost_total",
                "How often the kernel told more than could be heard; all is looked at then.",
                () -> tally.get().missed());
        counter(
                "meta_plugins_full_passes_total",
                "Looks at everything.",
                () -> tally.get().fullPasses());
        metrics.counter(
                "meta_plugins_repairs_total",
                "What others had changed under running pods, and what became of it.",
                List.of("plugin", "object", "outcome"),
                () -> {
                    Map<Kind, Long> counts = new TreeMap<>();
                    for (MetaPlugin<?> plugin : plugins.all()) {
                        for (String object : OBJECTS) {
                            counts.put(new Kind(plugin.name(), object, Outcome.REPAIRED), 0L);
                        }
                    }
                    counts.putAll(tally.get().changes());
                    return counts.entrySet().stream()
                            .map(count -> sample(count.getKey(), count.getValue()))
                            .toList();
                });
    }

    private void counter(String name, String help, LongSupplier count) {
        metrics.counter(
                name, help, List.of(), () -> List.of(Sample.of((double) count.getAsLong())));
    }

    private static Sample sample(Kind kind, long count) {
        return new Sample(
                count,
                List.of(
                        kind.plugin(),
                        kind.object(),
                        kind.outcome().name().toLowerCase(Locale.ROOT)));
    }

    private void neighbours(
            String name, String help, Libc libc, ToLongFunction<NeighbourTables.Use> what) {
        metrics.gauge(
                name,
                help,
                List.of("family"),
                () -> {
                    try (NetlinkSocket socket = NetlinkSocket.open(libc)) {
                        return NeighbourTables.read(socket).stream()
                                .map(use ->
                                        new Sample(
                                                what.applyAsLong(use),
                                                List.of(Metrics.name(use.family()))))
                                .toList();
                    }
                });
    }
}

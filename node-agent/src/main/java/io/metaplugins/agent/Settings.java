package io.metaplugins.agent;

import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.agent.metrics.Responder;
import io.metaplugins.engine.Ledger;
import io.metaplugins.plugin.NodeSettings;
import io.metaplugins.plugin.RepairMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is told when it is started.
 *
 * @param socket at which launchers knock
 * @param spool directory of requests that found no agent
 * @param ledger root of the ledger
 * @param threads how many requests are served at the same time
 * @param requestTime how long one may take before its launcher is told to come again
 * @param metricsAddress where metrics are told over HTTP: {@code 127.0.0.1:9464} or {@code
 *     unix:/path}; empty if nowhere
 * @param node file of what is said for all pods, see {@link NodeSettings}; it may not be there
 * @param repair what is done about what others changed; null for what the file says
 * @param fullPass from one look at everything to the next; null for what the file says
 * @param grace how long a pod is gone before it is taken apart; null for what the file says
 */
public record Settings(
        Path socket,
        Path spool,
        Path ledger,
        int threads,
        Duration requestTime,
        String metricsAddress,
        Path node,
        @Nullable RepairMode repair,
        @Nullable Duration fullPass,
        @Nullable Duration grace) {
    private static final Path HOME = Path.of("/run/meta-plugins");
    private static final int THREADS = 4;
    private static final int MOST_THREADS = 64;
    private static final int MOST_SECONDS = 3600;
    private static final int REQUEST_SECONDS = 45;

    /**
     * Reads a command line: any of {@link StartOption}.
     *
     * @param environment for the file of the node's settings
     * @throws IllegalArgumentException if it is none
     */
    public static Settings read(List<String> words, Map<String, String> environment) {
        StartOptions options = StartOptions.read(words);
        return new Settings(
                options.path(StartOption.SOCKET, HOME.resolve("agent.sock")),
                options.path(StartOption.SPOOL, HOME.resolve("spool")),
                options.path(StartOption.LEDGER, Ledger.DEFAULT_ROOT),
                options.number(StartOption.THREADS, MOST_THREADS, THREADS),
                Duration.ofSeconds(
                        options.number(StartOption.REQUEST_TIME, MOST_SECONDS, REQUEST_SECONDS)),
                metricsAddress(options.text(StartOption.METRICS_ADDRESS)),
                options.path(StartOption.SETTINGS, NodeSettings.file(environment)),
                options.repair(StartOption.REPAIR),
                options.seconds(StartOption.FULL_PASS, MOST_SECONDS),
                options.seconds(StartOption.GRACE, MOST_SECONDS));
    }

    private static String metricsAddress(String address) {
        if (!address.isEmpty() && !Responder.isAddress(address)) {
            throw StartOptions.wrong(
                    StartOption.METRICS_ADDRESS, address, "127.0.0.1:9464 or unix:/path");
        }
        return address;
    }

    /** How attachments are looked after: as the agent was told, or else as the file says. */
    KeeperSettings keeper(NodeSettings file) {
        KeeperSettings defaults = KeeperSettings.defaults();
        return new KeeperSettings(
                first(repair, file.repair(), defaults.repair()),
                first(fullPass, file.fullPass(), defaults.fullPass()),
                first(grace, file.grace(), defaults.grace()));
    }

    private static <T> T first(@Nullable T told, @Nullable T inFile, T otherwise) {
        if (told != null) {
            return told;
        }
        return inFile == null ? otherwise : inFile;
    }
}

package io.metaplugins.agent;

import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.engine.Ledger;
import io.metaplugins.plugin.NodeSettings;
import io.metaplugins.plugin.RepairMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
     * Reads a command line: options, each with its value as the next word.
     *
     * @param environment for the file of the node's settings
     * @throws IllegalArgumentException if it is none
     */
    public static Settings read(List<String> words, Map<String, String> environment) {
        Options options = Options.of(words);
        Settings settings =
                new Settings(
                        options.path("--socket", HOME.resolve("agent.sock")),
                        options.path("--spool", HOME.resolve("spool")),
                        options.path("--ledger", Ledger.DEFAULT_ROOT),
                        options.number("--threads", MOST_THREADS, THREADS),
                        Duration.ofSeconds(
                                options.number("--request-time", MOST_SECONDS, REQUEST_SECONDS)),
                        options.text("--metrics-address"),
                        options.path("--settings", NodeSettings.file(environment)),
                        options.repair("--repair"),
                        options.seconds("--full-pass"),
                        options.seconds("--grace"));
        options.finish();
        return settings;
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

    /** Words of a command line, each taken by who knows its name. */
    private record Options(Map<String, String> values) {

        static Options of(List<String> words) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int index = 0; index < words.size(); index += 2) {
                if (index + 1 == words.size()) {
                    throw new IllegalArgumentException(words.get(index) + " has no value");
                }
                values.put(words.get(index), words.get(index + 1));
            }
            return new Options(values);
        }

        String text(String name) {
            String value = values.remove(name);
            return value == null ? "" : value;
        }

        Path path(String name, Path otherwise) {
            String value = values.remove(name);
            return value == null ? otherwise : Path.of(value);
        }

        int number(String name, int most, int otherwise) {
            String value = values.remove(name);
            return value == null ? otherwise : number(name, value, most);
        }

        private static int number(String name, String value, int most) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 1 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " " + value + ": want a number", e);
            }
            throw new IllegalArgumentException(name + " " + value + ": want 1 to " + most);
        }

        @Nullable Duration seconds(String name) {
            String value = values.remove(name);
            return value == null ? null : Duration.ofSeconds(number(name, value, MOST_SECONDS));
        }

        @Nullable RepairMode repair(String name) {
            String value = values.remove(name);
            if (value == null) {
                return null;
            }
            for (RepairMode mode : RepairMode.values()) {
                if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException(name + " " + value + ": want off, log or on");
        }

        void finish() {
            if (!values.isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no option " + String.join(", ", values.keySet()));
            }
        }
    }
}

package io.metaplugins.agent;

import io.metaplugins.engine.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
 */
public record Settings(
        Path socket,
        Path spool,
        Path ledger,
        int threads,
        Duration requestTime,
        String metricsAddress) {
    private static final Path HOME = Path.of("/run/meta-plugins");
    private static final int THREADS = 4;
    private static final int MOST_THREADS = 64;
    private static final int MOST_SECONDS = 3600;
    private static final Duration REQUEST_TIME = Duration.ofSeconds(45);

    /** What is used if nothing is said. */
    public static Settings defaults() {
        return new Settings(
                HOME.resolve("agent.sock"),
                HOME.resolve("spool"),
                Ledger.DEFAULT_ROOT,
                THREADS,
                REQUEST_TIME,
                "");
    }

    /**
     * Reads a command line: options, each with its value as the next word.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Settings read(List<String> words) {
        Settings settings = defaults();
        for (int index = 0; index < words.size(); index += 2) {
            String option = words.get(index);
            if (index + 1 == words.size()) {
                throw new IllegalArgumentException(option + " has no value");
            }
            settings = settings.with(option, words.get(index + 1));
        }
        return settings;
    }

    private Settings with(String option, String value) {
        return switch (option) {
            case "--socket" ->
                    new Settings(
                            Path.of(value), spool, ledger, threads, requestTime, metricsAddress);
            case "--spool" ->
                    new Settings(
                            socket, Path.of(value), ledger, threads, requestTime, metricsAddress);
            case "--ledger" ->
                    new Settings(
                            socket, spool, Path.of(value), threads, requestTime, metricsAddress);
            case "--threads" ->
                    new Settings(
                            socket,
                            spool,
                            ledger,
                            number(option, value, MOST_THREADS),
                            requestTime,
                            metricsAddress);
            case "--request-time" ->
                    new Settings(
                            socket,
                            spool,
                            ledger,
                            threads,
                            Duration.ofSeconds(number(option, value, MOST_SECONDS)),
                            metricsAddress);
            case "--metrics-address" ->
                    new Settings(socket, spool, ledger, threads, requestTime, value);
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    private static int number(String option, String value, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + value + ": want a number", e);
        }
        throw new IllegalArgumentException(option + " " + value + ": want 1 to " + most);
    }
}

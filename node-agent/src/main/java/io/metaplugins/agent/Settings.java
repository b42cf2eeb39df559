package io.metaplugins.agent;

import io.metaplugins.engine.Ledger;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What an agent is told when it is started.
 *
 * @param socket at which launchers knock
 * @param spool directory of requests that found no agent
 * @param ledger root of the ledger
 * @param threads how many requests are served at the same time
 * @param requestTime how long one may take before its launcher is told to come again
 */
public record Settings(Path socket, Path spool, Path ledger, int threads, Duration requestTime) {
    private static final Path HOME = Path.of("/run/meta-plugins");
    private static final int THREADS = 4;
    private static final Duration REQUEST_TIME = Duration.ofSeconds(45);

    /** What is used if nothing is said. */
    public static Settings defaults() {
        return new Settings(
                HOME.resolve("agent.sock"),
                HOME.resolve("spool"),
                Ledger.DEFAULT_ROOT,
                THREADS,
                REQUEST_TIME);
    }
}

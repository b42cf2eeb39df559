package io.metaplugins.agent.metrics;

import io.metaplugins.agent.metrics.Metrics.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The agent's own process, under the names by which Prometheus knows every process. */
public final class OwnProcess {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int KIBIBYTE = 1024;

    private OwnProcess() {}

    /** Adds what is told of the process. */
    public static void register(Metrics metrics, Instant start) {
        metrics.gauge(
                "process_start_time_seconds",
                "When the agent was started, seconds since 1970.",
                List.of(),
                () -> List.of(Sample.of(start.toEpochMilli() / 1e3)));
        metrics.gauge(
                "process_resident_memory_bytes",
                "Memory of the agent's process, its runtime's included.",
                List.of(),
                () -> List.of(Sample.of(status("VmRSS:") * KIBIBYTE)));
        metrics.gauge(
                "process_threads",
                "Threads of the agent's process, its runtime's included.",
                List.of(),
                () -> List.of(Sample.of(status("Threads:"))));
        metrics.gauge(
                "process_open_fds",
                "Descriptors that the agent's process has open.",
                List.of(),
                () -> List.of(Sample.of(descriptors())));
        metrics.gauge(
                "jvm_memory_used_bytes",
                "Heap in use.",
                List.of("area"),
                () -> List.of(new Sample(heap(), List.of("heap"))));
    }

    private static long heap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double status(String key) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(key)) {
                    String value = line.substring(key.length()).strip();
                    int end = value.indexOf(' ');
                    return Long.parseLong(end < 0 ? value : value.substring(0, end));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(STATUS + " has no " + key);
    }

    private static int descriptors() {
        String[] names = DESCRIPTORS.toFile().list();
        return names == null ? 0 : names.length;
    }
}

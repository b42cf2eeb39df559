package io.metaplugins.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoggingTest {
    private static final Logger log = LogManager.getLogger(LoggingTest.class);

    @TempDir private Path directory;

    @Test
    void lineHasTheTimeInMicrosecondsTheRequestAndTheMessage() throws IOException {
        Path file = directory.resolve("some/new/directories/router.log");

        try (Logging logging = Logging.open(options(file), "ADD c0ffee net1 default/web-0")) {
            log.info("route {} via {}", "default", 7);
            assertThat(logging.problem()).isEmpty();
        }

        String line = Files.readString(file);
        assertThat(line)
                .matches(
                        "20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z INFO "
                                + "\\[ADD c0ffee net1 default/web-0\\] LoggingTest: "
                                + "route default via 7\n");
        Instant time = Instant.parse(line.substring(0, line.indexOf(' ')));
        assertThat(Duration.between(time, Instant.now()))
                .isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    @Test
    void microsecondsOfManyLinesAreNotAllMultiplesOfAMillisecond() throws IOException {
        Path file = directory.resolve("router.log");

        try (Logging logging = Logging.open(options(file), "ADD")) {
            for (int line = 0; line < 50; line++) {
                log.info("line");
            }
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(Files.readAllLines(file)).anyMatch(line -> !line.startsWith("000Z", 23));
    }

    @Test
    void levelHoldsBackWhatIsLessImportant() throws IOException {
        Path file = directory.resolve("router.log");

        try (Logging logging = Logging.open(new LogOptions(LogLevel.WARN, file, 1, 1, 1), "ADD")) {
            log.info("quiet");
            log.warn("loud");
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(Files.readString(file)).contains("loud").doesNotContain("quiet");
    }

    @Test
    void controlCharactersCannotForgeALine() throws IOException {
        Path file = directory.resolve("router.log");

        try (Logging logging = Logging.open(options(file), "ADD c0\nffee")) {
            log.info("one\n2026-01-01T00:00:00.000000Z INFO two\r\u001b[31m");
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(Files.readString(file)).contains("c0\\nffee", "one\\n2026", "\\r\\u001b[31m");
    }

    @Test
    void stackTraceFollowsItsLine() throws IOException {
        Path file = directory.resolve("router.log");

        try (Logging logging = Logging.open(options(file), "ADD")) {
            log.error("failed", new IllegalStateException("why"));
            assertThat(logging.problem()).isEmpty();
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).endsWith("LoggingTest: failed");
        assertThat(lines.get(1)).isEqualTo("\tjava.lang.IllegalStateException: why");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("\t"));
    }

    @Test
    void threadStartedByARequestWritesToItsLog() throws Exception {
        Path file = directory.resolve("router.log");

        try (Logging logging = Logging.open(options(file), "ADD c0ffee")) {
            Thread thread = new Thread(() -> log.info("from below"));
            thread.start();
            thread.join();
            assertThat(logging.problem()).isEmpty();
        }
        log.error("nobody hears this");

        assertThat(Files.readString(file))
                .contains("[ADD c0ffee] LoggingTest: from below")
                .doesNotContain("nobody");
    }

    @Test
    void directoryInTheFilesPlaceIsAProblemAndNothingMore() throws IOException {
        assertThat(problemOf(Files.createDirectory(directory.resolve("router.log"))))
                .contains("router.log");
    }

    @Test
    void fileInTheDirectorysPlaceIsAProblemAndNothingMore() throws IOException {
        Files.createFile(directory.resolve("logs"));

        assertThat(problemOf(directory.resolve("logs/router.log"))).contains("logs");
    }

    @Test
    void fileSystemThatTakesNoFilesIsAProblemAndNothingMore() {
        assertThat(problemOf(Path.of("/proc/meta-plugins/router.log"))).contains("/proc");
    }

    @Test
    void fullDiskIsAProblemAndNothingMore() {
        assertThat(problemOf(Path.of("/dev/full"))).contains("No space left on device");
    }

    private static String problemOf(Path file) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        PrintStream stderr = System.err;
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try (Logging logging = Logging.open(options(file), "ADD")) {
            log.error("line");
            log.error("and another", new IllegalStateException("why"));
            assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
            return logging.problem().orElseThrow();
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    private static LogOptions options(Path file) {
        return new LogOptions(LogLevel.DEBUG, file, 1, 5, 5);
    }
}

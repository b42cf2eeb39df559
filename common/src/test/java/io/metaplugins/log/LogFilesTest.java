package io.metaplugins.log;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFilesTest {
    private static final int LINES = 1_200;

    @TempDir private Path directory;

    @Test
    void processesRollOverTheSameFileWithoutLosingOrTearingALine() throws Exception {
        List<String> writers = List.of("a", "b", "c", "d");
        List<Process> processes = new ArrayList<>();
        for (String writer : writers) {
            processes.add(start(writer));
        }
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }

        assertThat(oldFiles()).hasSizeGreaterThanOrEqualTo(6);
        assertThatAllLinesAreThere(writers);
    }

    private Process start(String writer) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogWriter.class.getName(),
                        directory.resolve("router.log").toString(),
                        writer,
                        Integer.toString(LINES))
                .inheritIO()
                .start();
    }

    @Test
    void threadsRollOverTheSameFileWithoutLosingOrTearingALine() throws Exception {
        List<String> writers = List.of("a", "b", "c", "d");
        LogOptions options = options(1, 5, 1_000);
        List<Thread> threads = new ArrayList<>();
        List<String> problems = Collections.synchronizedList(new ArrayList<>());
        for (String writer : writers) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try (Logging logging = Logging.open(options, writer)) {
                                    LogWriter.write(writer, LINES);
                                    assertThat(logging.problem()).isEmpty();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(problems).isEmpty();
        assertThatAllLinesAreThere(writers);
    }

    private void assertThatAllLinesAreThere(List<String> writers) throws IOException {
        List<String> expected =
                writers.stream()
                        .flatMap(writer ->
                                IntStream.range(0, LINES).mapToObj(line -> writer + ":" + line))
                        .sorted()
                        .toList();
        List<String> found = new ArrayList<>();
        for (Path file : logFiles()) {
            for (String line : Files.readAllLines(file)) {
                assertThat(line).endsWith("x".repeat(LogWriter.LINE_LENGTH) + ">");
                found.add(line.substring(line.indexOf('<') + 1, line.lastIndexOf(':')));
            }
        }
        found.sort(null);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void oldFilesBeyondTheCountOrTheAgeGo() throws IOException {
        Path tooOld = oldFile("2026-01-01T00-00-00.000000Z", Duration.ofDays(6));
        Path young = oldFile("2026-01-02T00-00-00.000000Z", Duration.ofDays(4));
        Path surplus = oldFile("2025-12-31T00-00-00.000000Z", Duration.ofDays(1));
        Path stranger = Files.writeString(directory.resolve("router-notes.log"), "mine");
        Files.write(directory.resolve("router.log"), new byte[1 << 20]);

        try (Logging logging = Logging.open(options(1, 5, 3), "ADD")) {
            LogManager.getLogger("Test").info("one more");
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(tooOld).doesNotExist();
        assertThat(surplus).exists(); // third of three
        assertThat(young).exists();
        assertThat(stranger).exists();
        assertThat(oldFiles()).hasSize(3);
        assertThat(Files.readAllLines(directory.resolve("router.log"))).hasSize(1);

        Files.write(directory.resolve("router.log"), new byte[1 << 20]);
        try (Logging logging = Logging.open(options(1, 5, 2), "ADD")) {
            LogManager.getLogger("Test").info("and another");
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(oldFiles()).hasSize(2);
        assertThat(surplus).doesNotExist();
        assertThat(young).doesNotExist();
    }

    @Test
    void oldFilesGoByAgeThoughTheFileIsNotFull() throws IOException {
        Path tooOld = oldFile("2026-01-01T00-00-00.000000Z", Duration.ofDays(6));
        Path lock = Files.createFile(directory.resolve("router.log.lock"));
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        try (Logging logging = Logging.open(options(1, 5, 3), "ADD")) {
            LogManager.getLogger("Test").info("line");
            assertThat(logging.problem()).isEmpty();
        }

        assertThat(tooOld).doesNotExist();
    }

    private Path oldFile(String time, Duration age) throws IOException {
        Path file = Files.writeString(directory.resolve("router-" + time + ".log"), "old");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
        return file;
    }

    private LogOptions options(int maxSizeMiB, int maxAgeDays, int maxCount) {
        return new LogOptions(
                LogLevel.DEBUG, directory.resolve("router.log"), maxSizeMiB, maxAgeDays, maxCount);
    }

    private List<Path> logFiles() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(".log")).toList();
        }
    }

    private Set<Path> oldFiles() throws IOException {
        return logFiles().stream()
                .filter(file -> file.getFileName().toString().startsWith("router-2"))
                .collect(toSet());
    }
}

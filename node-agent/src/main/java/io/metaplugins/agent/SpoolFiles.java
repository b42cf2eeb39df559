package io.metaplugins.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** The files in which launchers leave requests. */
final class SpoolFiles {
    private static final Logger log = LogManager.getLogger(Spool.class);
    private static final String REQUESTS = ".request";
    private static final String UNFINISHED = ".writing-";

    /** No launcher is at one file for that long. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    private final Path directory;

    SpoolFiles(Path directory) {
        this.directory = directory;
    }

    /** Removes what launchers that were killed did not write to the end. */
    void tidy() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        FileTime abandoned = FileTime.from(Instant.now().minus(ABANDONED));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).compareTo(abandoned) < 0) {
                    log.info("{} was not written to its end, and goes", file.getFileName());
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * The requests, oldest first. No more than a look where there is nothing, for each request
     * looks. What a launcher is still writing has a name that begins with a dot.
     */
    List<Path> all() {
        String[] names =
                directory
                        .toFile()
                        .list((_, name) -> name.endsWith(REQUESTS) && !name.startsWith("."));
        if (names == null || names.length == 0) {
            return List.of(); // No launcher ever had to leave anything, or all is done.
        }
        Arrays.sort(names);
        return Arrays.stream(names).map(directory::resolve).toList();
    }

    /**
     * Reads one.
     *
     * @return null for what a newer agent will understand
     * @throws MalformedFrameException if it is none
     */
    static @Nullable Execution read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < Frame.HEADER_BYTES) {
            throw new MalformedFrameException("the message ends before its end");
        }
        Frame.Header header = Frame.Header.read(Arrays.copyOf(bytes, Frame.HEADER_BYTES));
        if (header.version() > Frame.NEWEST) {
            return null;
        }
        if (header.version() < Frame.OLDEST
                || header.kind() != Frame.EXECUTE
                || header.length() != bytes.length - Frame.HEADER_BYTES) {
            throw new MalformedFrameException("not a whole request of a version that is known");
        }
        return Execution.read(Arrays.copyOfRange(bytes, Frame.HEADER_BYTES, bytes.length));
    }

    /** When, by the name that its launcher gave it; where that tells no time, long ago. */
    static Instant left(Path file) {
        String name = file.getFileName().toString();
        try {
            return Instant.EPOCH.plusNanos(
                    Long.parseLong(name.substring(0, Math.max(0, name.indexOf('-')))));
        } catch (NumberFormatException e) {
            return Instant.EPOCH;
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.error("{} cannot be removed: {}", file, e.toString());
        }
    }

    /**
     * Keeps one for a person to look at.
     *
     * @param ending of its new name
     */
    static void setAside(Path file, String ending, String why) {
        log.error("{} is set aside: {}", file, why);
        try {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ending),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.error("{} cannot be renamed: {}", file, e.toString());
        }
    }
}

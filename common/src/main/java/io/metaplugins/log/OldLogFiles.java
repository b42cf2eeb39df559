package io.metaplugins.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The files that a log was before: {@code router-2026-11-21T04-12-44.123456Z.log} of {@code
 * router.log}. Their names sort by time.
 */
final class OldLogFiles {
    private static final Duration REVIEW_INTERVAL = Duration.ofHours(1);
    private static final int TIME_LENGTH = "2026-11-21T04-12-44.123456Z".length();

    private final LogOptions options;
    private final String prefix;
    private final String suffix;

    OldLogFiles(LogOptions options) {
        this.options = options;
        String name = String.valueOf(options.file().getFileName());
        int dot = name.lastIndexOf('.');
        prefix = (dot > 0 ? name.substring(0, dot) : name) + "-";
        suffix = dot > 0 ? name.substring(dot) : "";
    }

    /** The file whose lock is needed to rename and to delete; it stays. */
    Path lockFile() {
        return options.file().resolveSibling(options.file().getFileName() + ".lock");
    }

    Path nameFor(Instant time) {
        StringBuilder name = new StringBuilder(prefix);
        LogLine.appendTime(name, time.getEpochSecond(), time.getNano());
        return options.file().resolveSibling(name.toString().replace(':', '-') + suffix);
    }

    /** Whether nobody has deleted old files for a while; false where there are none yet. */
    boolean isReviewDue(Instant now) {
        try {
            FileTime last = Files.getLastModifiedTime(lockFile());
            return last.toInstant().plus(REVIEW_INTERVAL).isBefore(now);
        } catch (IOException e) {
            return false;
        }
    }

    /** Deletes what is beyond the count or the age. The caller has the lock. */
    void prune(Instant now) throws IOException {
        Files.setLastModifiedTime(lockFile(), FileTime.from(now));
        Instant oldest = now.minus(Duration.ofDays(options.maxAgeDays()));
        int kept = 0;
        for (Path file : newestFirst()) {
            if (kept == options.maxCount() || isOlder(file, oldest)) {
                Files.deleteIfExists(file);
            } else {
                kept++;
            }
        }
    }

    private static boolean isOlder(Path file, Instant time) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(time);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private List<Path> newestFirst() throws IOException {
        List<Path> files = new ArrayList<>();
        Path directory = options.file().toAbsolutePath().getParent();
        if (directory == null) {
            return files;
        }
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(
                        directory, each -> isOurs(String.valueOf(each.getFileName())))) {
            all.forEach(files::add);
        }
        files.sort(Comparator.reverseOrder());
        return files;
    }

    /** Other logs may have names that begin like ours; only the form of our times is ours. */
    private boolean isOurs(String name) {
        if (name.length() != prefix.length() + TIME_LENGTH + suffix.length()
                || !name.startsWith(prefix)
                || !name.endsWith(suffix)) {
            return false;
        }
        for (int index = 0; index < TIME_LENGTH; index++) {
            char expected = "dddd-dd-ddTdd-dd-dd.ddddddZ".charAt(index);
            char actual = name.charAt(prefix.length() + index);
            if (expected == 'd' ? actual < '0' || actual > '9' : actual != expected) {
                return false;
            }
        }
        return true;
    }
}

package io.metaplugins.log;

import java.nio.file.Path;

/**
 * Where and how much to log.
 *
 * @param file absolute path; missing directories are made
 * @param maxSizeMiB size in MiB at which a new file is begun
 * @param maxAgeDays days after which an old file is deleted
 * @param maxCount number of old files to keep
 */
public record LogOptions(LogLevel level, Path file, int maxSizeMiB, int maxAgeDays, int maxCount) {
    private static final int DEFAULT_SIZE = 100;
    private static final int DEFAULT_AGE = 5;
    private static final int DEFAULT_COUNT = 5;

    /** What a plugin uses whose configuration says nothing. */
    public static LogOptions defaults(String plugin) {
        return new LogOptions(
                LogLevel.DEBUG,
                Path.of("/var/log/meta-plugins", plugin + ".log"),
                DEFAULT_SIZE,
                DEFAULT_AGE,
                DEFAULT_COUNT);
    }

    public LogOptions withFile(Path other) {
        return new LogOptions(level, other, maxSizeMiB, maxAgeDays, maxCount);
    }
}

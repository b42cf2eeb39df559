package io.metaplugins.cni;

import io.metaplugins.log.LogLevel;
import io.metaplugins.log.LogOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** The keys of {@code log_options}, and as spiderpool's coordinator writes them. */
final class LogKeys {
    private static final int MAX_SIZE_MIB = 1 << 20;
    private static final int MAX_AGE_DAYS = 36_500;
    private static final int MAX_COUNT = 10_000;

    private LogKeys() {}

    static LogOptions read(ConfigReader config, LogOptions defaults) {
        ConfigReader options = config.key("log_options", "logOptions").object();
        return new LogOptions(
                options.key("log_level", "logLevel")
                        .parsed(
                                LogKeys::level,
                                "one of debug, error, info, trace, warn",
                                defaults.level()),
                options.key("log_file", "logFile")
                        .parsed(LogKeys::file, "the absolute path of a file", defaults.file()),
                options.key("log_max_size", "logMaxSize")
                        .integer(1, MAX_SIZE_MIB, defaults.maxSizeMiB()),
                options.key("log_max_age", "logMaxAge")
                        .integer(1, MAX_AGE_DAYS, defaults.maxAgeDays()),
                options.key("log_max_count", "logMaxCount")
                        .integer(1, MAX_COUNT, defaults.maxCount()));
    }

    private static LogLevel level(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        return name.equals("WARNING") ? LogLevel.WARN : LogLevel.valueOf(name);
    }

    private static Path file(String text) {
        Path file = Path.of(text);
        if (!file.isAbsolute() || file.getFileName() == null || text.endsWith("/")) {
            throw new InvalidPathException(text, "not the absolute path of a file");
        }
        return file;
    }
}

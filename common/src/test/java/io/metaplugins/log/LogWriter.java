package io.metaplugins.log;

import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** A process that logs numbered lines, to be run several times at once. */
final class LogWriter {
    static final int LINE_LENGTH = 2_000;

    private LogWriter() {}

    static void main(String[] arguments) {
        LogOptions options = new LogOptions(LogLevel.DEBUG, Path.of(arguments[0]), 1, 5, 1_000);
        try (Logging logging = Logging.open(options, arguments[1])) {
            write(arguments[1], Integer.parseInt(arguments[2]));
            logging.problem()
                    .ifPresent(problem -> {
                        throw new IllegalStateException(problem);
                    });
        }
    }

    static void write(String writer, int lines) {
        Logger log = LogManager.getLogger(LogWriter.class);
        String filler = "x".repeat(LINE_LENGTH);
        for (int line = 0; line < lines; line++) {
            log.debug("<{}:{}:{}>", writer, line, filler);
        }
    }
}

package io.metaplugins.log;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.jspecify.annotations.Nullable;

/**
 * The log of one request: what this thread, and threads that it starts, log until this is closed;
 * then it is as it was before. Outside of all requests there is silence. Whatever happens to the
 * log happens quietly: no line is worth a pod.
 */
public final class Logging implements AutoCloseable {
    private final @Nullable LogFile file;
    private final @Nullable LogAppender appender;
    private final LogAppender.@Nullable Target before;

    private Logging(
            @Nullable LogFile file, Consumer<byte[]> lines, LogLevel level, String request) {
        this.file = file;
        this.appender = appender();
        this.before =
                appender == null
                        ? null
                        : appender.direct(new LogAppender.Target(lines, level, request));
    }

    /**
     * Directs the loggers to a file, for this thread.
     *
     * @param request what stands in each line: verb, container, interface and pod
     */
    public static Logging open(LogOptions options, String request) {
        LogFile file = new LogFile(options);
        return new Logging(file, file::write, options.level(), request);
    }

    /**
     * Directs the loggers to a stream, for this thread, of a process that serves many requests.
     *
     * @param subject what stands in each line
     */
    public static Logging open(PrintStream out, LogLevel level, String subject) {
        return new Logging(
                null,
                line -> {
                    out.write(line, 0, line.length);
                    out.flush();
                },
                level,
                subject);
    }

    /**
     * Starts Log4j on a thread of its own, so that it is there by the time that the first line is
     * written. A process that serves one request only saves what its start takes.
     */
    public static void prepare() {
        Thread thread = new Thread(Logging::appender, "log");
        thread.setDaemon(true);
        thread.start();
    }

    private static @Nullable LogAppender appender() {
        return LogManager.getContext(false) instanceof LoggerContext context
                        && context.getConfiguration() instanceof LogConfiguration configuration
                ? configuration.logAppender()
                : null;
    }

    /** Why lines could not be written, if so. */
    public Optional<String> problem() {
        if (appender == null) {
            return Optional.of("cannot log: log4j.provider is not " + LogProvider.class.getName());
        }
        return file == null ? Optional.empty() : file.problem();
    }

    @Override
    public void close() {
        if (appender != null) {
            appender.direct(before);
        }
        if (file != null) {
            file.close();
        }
    }
}

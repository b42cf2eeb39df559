package io.metaplugins.log;

import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.jspecify.annotations.Nullable;

/**
 * The log of one request: what this thread, and threads that it starts, log until this is closed.
 * Everything else is silent. Whatever happens to the log happens quietly: no line is worth a pod.
 */
public final class Logging implements AutoCloseable {
    private final LogFile file;
    private final @Nullable LogAppender appender;

    private Logging(LogFile file, @Nullable LogAppender appender) {
        this.file = file;
        this.appender = appender;
    }

    /**
     * Directs the loggers to a file, for this thread.
     *
     * @param request what stands in each line: verb, container, interface and pod
     */
    public static Logging open(LogOptions options, String request) {
        LogFile file = new LogFile(options);
        LogAppender appender = appender();
        if (appender != null) {
            appender.direct(new LogAppender.Target(file, options.level(), request));
        }
        return new Logging(file, appender);
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
        return appender == null
                ? Optional.of("cannot log: log4j.provider is not " + LogProvider.class.getName())
                : file.problem();
    }

    @Override
    public void close() {
        if (appender != null) {
            appender.direct(null);
        }
        file.close();
    }
}

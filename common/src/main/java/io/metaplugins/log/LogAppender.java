package io.metaplugins.log;

import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event to the file of the request that the thread, or the thread that started it, is
 * about; outside of a request, nowhere. So requests that one process serves at the same time may
 * have different files and levels.
 */
final class LogAppender extends AbstractAppender {
    /** Where the lines of a request go. */
    record Target(LogFile file, LogLevel level, String request) {}

    // Not static: the appender is the process's only one, as its context is.
    @SuppressWarnings("ThreadLocalUsage")
    private final InheritableThreadLocal<@Nullable Target> targets = new InheritableThreadLocal<>();

    LogAppender() {
        super("file", null, null, /* ignoreExceptions= */ true, Property.EMPTY_ARRAY);
    }

    /** Lets this thread and those that it starts write to another target from now on. */
    void direct(@Nullable Target other) {
        if (other == null) {
            targets.remove();
        } else {
            targets.set(other);
        }
    }

    @Override
    public void append(LogEvent event) {
        Target target = targets.get();
        if (target != null && event.getLevel().isMoreSpecificThan(target.level.toLog4j())) {
            target.file.write(LogLine.format(event, target.request));
        }
    }
}

package io.metaplugins.log;

import java.util.function.Consumer;
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
    record Target(Consumer<byte[]> lines, LogLevel level, String request) {}

    // Not static: the appender is the process's only one, as its context is.
    @SuppressWarnings("ThreadLocalUsage")
    private final InheritableThreadLocal<@Nullable Target> targets = new InheritableThreadLocal<>();

    LogAppender() {
        super("file", null, null, /* ignoreExceptions= */ true, Property.EMPTY_ARRAY);
    }

    /**
     * Lets this thread and those that it starts write to another target from now on.
     *
     * @return the target until now
     */
    @Nullable Target direct(@Nullable Target other) {
        Target before = targets.get();
        if (other == null) {
            targets.remove();
        } else {
            targets.set(other);
        }
        return before;
    }

    @Override
    public void append(LogEvent event) {
        Target target = targets.get();
        if (target != null && event.getLevel().isMoreSpecificThan(target.level.toLog4j())) {
            target.lines.accept(LogLine.format(event, target.request));
        }
    }
}

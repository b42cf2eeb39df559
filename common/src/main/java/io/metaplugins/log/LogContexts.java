package io.metaplugins.log;

import java.net.URI;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.spi.LoggerContextFactory;
import org.jspecify.annotations.Nullable;

/** The one context of the process. It is silent but where {@link Logging} is open. */
final class LogContexts implements LoggerContextFactory {
    private final LoggerContext context = new LoggerContext("meta-plugins");

    LogContexts() {
        context.start(new LogConfiguration(context));
    }

    @Override
    public LoggerContext getContext(
            String caller,
            @Nullable ClassLoader loader,
            @Nullable Object external,
            boolean currentContext) {
        return context;
    }

    @Override
    public LoggerContext getContext(
            String caller,
            @Nullable ClassLoader loader,
            @Nullable Object external,
            boolean currentContext,
            @Nullable URI configuration,
            @Nullable String name) {
        return context;
    }

    @Override
    public void removeContext(org.apache.logging.log4j.spi.LoggerContext removed) {
        context.stop();
    }

    @Override
    public boolean isClassLoaderDependent() {
        return false;
    }
}

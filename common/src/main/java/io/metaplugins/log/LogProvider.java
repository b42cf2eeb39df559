package io.metaplugins.log;

import org.apache.logging.log4j.spi.LoggerContextFactory;
import org.apache.logging.log4j.spi.Provider;

/** Binds the Log4j API to {@link LogContexts}; named in {@code log4j2.component.properties}. */
public final class LogProvider extends Provider {
    private static final int PRIORITY = 100;
    private static final String API_VERSION = "2.6.0";

    public LogProvider() {
        super(PRIORITY, API_VERSION, LogContexts.class);
    }

    @Override
    public LoggerContextFactory getLoggerContextFactory() {
        return new LogContexts();
    }
}

package io.metaplugins.log;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.ConfigurationSource;

/**
 * A root logger and one appender, made by hand: no file is looked for, no plugin, no property. The
 * level is the appender's matter, since it is a request's.
 */
final class LogConfiguration extends AbstractConfiguration {
    private final LogAppender appender = new LogAppender();

    LogConfiguration(LoggerContext context) {
        super(context, ConfigurationSource.NULL_SOURCE);
        setName("meta-plugins");
        isShutdownHookEnabled = false;
        // The context asks the resolver for it otherwise, which may take seconds.
        getProperties().put("hostName", "");
    }

    @Override
    public void initialize() {
        appender.start();
        addAppender(appender);
        getRootLogger().addAppender(appender, null, null);
        getRootLogger().setLevel(Level.ALL);
        setState(State.INITIALIZED);
    }

    LogAppender logAppender() {
        return appender;
    }
}

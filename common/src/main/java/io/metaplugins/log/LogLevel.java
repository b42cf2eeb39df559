package io.metaplugins.log;

import org.apache.logging.log4j.Level;

/** How much to write; each level includes those behind it. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    Level toLog4j() {
        return switch (this) {
            case TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}

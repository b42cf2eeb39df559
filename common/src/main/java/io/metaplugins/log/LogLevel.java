package io.metaplugins.log;

/** How much to write; each level includes those behind it. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
}

/**
 * The log of a plugin: Log4j 2, set up in code from {@code log_options}.
 *
 * <p>Two things are unlike an ordinary Log4j. A plugin is a process for each call, so what Log4j
 * does at its start is paid by every pod: nothing is searched for on the class path that need not
 * be, no pattern is parsed, and the host's name is not looked up. And many such processes write the
 * same file at the same time, which Log4j's own rolling appenders are not made for: {@link
 * io.metaplugins.log.LogFile} is.
 */
@NullMarked
package io.metaplugins.log;

import org.jspecify.annotations.NullMarked;

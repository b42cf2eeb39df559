/** The log of a plugin: Log4j 2, set up in code from {@code log_options}. */
@NullMarked
package io.metaplugins.log;

import org.jspecify.annotations.NullMarked;

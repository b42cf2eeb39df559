/** The log, on real files and with real processes. */
@NullMarked
package io.metaplugins.log;

import org.jspecify.annotations.NullMarked;

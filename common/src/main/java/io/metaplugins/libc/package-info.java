/** The few calls of the C library that Java has no words for. */
@NullMarked
package io.metaplugins.libc;

import org.jspecify.annotations.NullMarked;

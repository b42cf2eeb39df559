/**
 * The kernel's seven nouns. The records that the netlink codec reads and writes are the same that a
 * plan states: a wish leaves out what it does not care for ({@code null}), an observed object has
 * all that the kernel told.
 */
@NullMarked
package io.metaplugins.kernel;

import org.jspecify.annotations.NullMarked;

/** Values of network engineers: addresses, prefixes, names and table numbers. Immutable, no I/O. */
@NullMarked
package io.metaplugins.net;

import org.jspecify.annotations.NullMarked;

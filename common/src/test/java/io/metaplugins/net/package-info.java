/** Addresses, prefixes and names, against what the RFCs and the kernel allow. */
@NullMarked
package io.metaplugins.net;

import org.jspecify.annotations.NullMarked;

/** The protocol as data in and data out. */
@NullMarked
package io.metaplugins.cni;

import org.jspecify.annotations.NullMarked;

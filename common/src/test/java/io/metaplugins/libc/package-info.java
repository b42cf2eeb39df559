@NullMarked
package io.metaplugins.libc;

import org.jspecify.annotations.NullMarked;

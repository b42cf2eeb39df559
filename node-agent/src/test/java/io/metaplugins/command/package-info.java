/** Tests of the command {@code meta-plugins}. */
@NullMarked
package io.metaplugins.command;

import org.jspecify.annotations.NullMarked;

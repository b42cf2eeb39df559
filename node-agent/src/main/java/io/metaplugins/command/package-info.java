/** The command {@code meta-plugins}, for people. */
@NullMarked
package io.metaplugins.command;

import org.jspecify.annotations.NullMarked;

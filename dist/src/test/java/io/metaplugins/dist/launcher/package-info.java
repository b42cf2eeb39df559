/** The launcher, against agents that do as they should, and others. */
@NullMarked
package io.metaplugins.dist.launcher;

import org.jspecify.annotations.NullMarked;

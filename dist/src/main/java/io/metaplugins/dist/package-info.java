/** What the tarball needs besides the plugins: its training. */
@NullMarked
package io.metaplugins.dist;

import org.jspecify.annotations.NullMarked;

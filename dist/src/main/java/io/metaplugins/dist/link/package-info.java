/** Links at build time what the runtime would link in each process. Not part of the tarball. */
@NullMarked
package io.metaplugins.dist.link;

import org.jspecify.annotations.NullMarked;

/** Tests of the nouns. */
@NullMarked
package io.metaplugins.kernel;

import org.jspecify.annotations.NullMarked;

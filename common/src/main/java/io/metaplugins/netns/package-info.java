/** Network namespaces: proving that a file is one, and doing something inside one. */
@NullMarked
package io.metaplugins.netns;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.metaplugins.netns;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.metaplugins.veth;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.metaplugins.probe;

import org.jspecify.annotations.NullMarked;

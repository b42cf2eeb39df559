@NullMarked
package io.metaplugins;

import org.jspecify.annotations.NullMarked;

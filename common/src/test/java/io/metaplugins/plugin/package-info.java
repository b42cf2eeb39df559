@NullMarked
package io.metaplugins.plugin;

import org.jspecify.annotations.NullMarked;

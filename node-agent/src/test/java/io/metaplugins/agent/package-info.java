@NullMarked
package io.metaplugins.agent;

import org.jspecify.annotations.NullMarked;

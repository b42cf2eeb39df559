@NullMarked
package io.metaplugins.agent.drift;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.metaplugins.agent.metrics;

import org.jspecify.annotations.NullMarked;

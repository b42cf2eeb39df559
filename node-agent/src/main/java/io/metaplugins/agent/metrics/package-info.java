/**
 * Figures about the agent and its node, in the text format of Prometheus, and who is told them. It
 * knows nothing of the agent, which ties it to what there is to be counted.
 */
@NullMarked
package io.metaplugins.agent.metrics;

import org.jspecify.annotations.NullMarked;

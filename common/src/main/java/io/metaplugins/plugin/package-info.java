/**
 * What all plugins of a chain share: the six verbs, carried out with a plan, an engine and a
 * ledger. A plugin adds its configuration and its planner.
 */
@NullMarked
package io.metaplugins.plugin;

import org.jspecify.annotations.NullMarked;

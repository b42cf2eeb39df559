/** The resident process that does for all pods of a node what the plugins do for one each. */
@NullMarked
package io.metaplugins.agent;

import org.jspecify.annotations.NullMarked;

/** Ties a pod that has no NIC but on the underlay to its own node. */
@NullMarked
package io.metaplugins.veth;

import org.jspecify.annotations.NullMarked;

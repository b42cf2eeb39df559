/**
 * The plugins as whole programs, on the real kernel. A {@link io.metaplugins.e2e.Cluster} is two
 * nodes, a gateway and a host outside, each a network namespace; the pods' extra NICs are made by
 * the macvlan plugin of the distribution, executed as a runtime executes it. What came of it is
 * told by {@code ip}, {@code nft}, {@code ping} and {@code nc}, never by our own code.
 */
@NullMarked
package io.metaplugins.e2e;

import org.jspecify.annotations.NullMarked;

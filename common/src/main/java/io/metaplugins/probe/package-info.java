/**
 * What a NIC asks and tells its neighbours before it is used: whether another host holds one of its
 * addresses, whether its gateways answer, and where its addresses are from now on. These are acts,
 * not states: no plan speaks of them, and nothing of them is left to undo.
 */
@NullMarked
package io.metaplugins.probe;

import org.jspecify.annotations.NullMarked;

/** The one interpreter of plans: apply, verify, revert, and the ledger that remembers. */
@NullMarked
package io.metaplugins.engine;

import org.jspecify.annotations.NullMarked;

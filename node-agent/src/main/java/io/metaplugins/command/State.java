package io.metaplugins.command;

import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Session;
import java.util.List;

/**
 * How an attachment is now, beside how it was made.
 *
 * @param gone whether its namespace is not there any more
 * @param deviations what is not as it was wished; not looked for if it is gone
 */
record State(boolean gone, List<Deviation> deviations) {

    /** Compares the kernel with the ledger. */
    static State of(Node node, Receipt receipt) {
        try (Session session = node.enterIfThere(receipt)) {
            return receipt.namespace() != null && !session.hasContainer()
                    ? new State(true, List.of())
                    : new State(false, session.entries().verify(receipt.id()).orElse(List.of()));
        }
    }

    boolean isWell() {
        return !gone && deviations.isEmpty();
    }

    /** In one word. */
    @Override
    public String toString() {
        return gone ? "gone" : deviations.isEmpty() ? "ok" : "deviates";
    }
}

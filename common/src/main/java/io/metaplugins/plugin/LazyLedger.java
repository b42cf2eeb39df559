package io.metaplugins.plugin;

import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The process's one ledger, which a request that needs none does not make. */
final class LazyLedger implements AutoCloseable {
    private final Path root;
    private @Nullable Ledger open;

    LazyLedger(Path root) {
        this.root = root;
    }

    /**
     * Opens it, unless it is.
     *
     * @throws LedgerException if it cannot be opened; the next call tries again
     */
    synchronized Ledger get() {
        Ledger ledger = open;
        if (ledger == null) {
            ledger = new Ledger(root);
            open = ledger;
        }
        return ledger;
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}

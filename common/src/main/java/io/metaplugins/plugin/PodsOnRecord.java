package io.metaplugins.plugin;

import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.libc.Libc;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.nio.file.Path;

/**
 * Opens the namespaces that attachments of one container are on record with, and no others: a path
 * may mean another one by now.
 */
record PodsOnRecord(Libc libc, LazyLedger ledger, String containerId) implements Pods {

    @Override
    public Netns open(Path path) {
        for (Receipt receipt : ledger.get().ofContainer(containerId).receipts()) {
            Namespace namespace = receipt.namespace();
            if (namespace != null && namespace.path().equals(path.toString())) {
                return open(libc, namespace);
            }
        }
        throw new NetnsException("no attachment of the container is on record at " + path);
    }

    /**
     * Opens one by its path.
     *
     * @throws NetnsException if it is not there any more
     */
    static Netns open(Libc libc, Namespace namespace) {
        Netns netns = Netns.open(libc, Path.of(namespace.path()));
        if (netns.id() != namespace.inode()) {
            netns.close();
            throw new NetnsException(namespace.path() + " is another namespace by now");
        }
        return netns;
    }
}

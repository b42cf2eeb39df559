package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.cni.Request;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** The node that the plugins work on: its network namespace and its ledger. */
public final class Node {
    private static final Logger log = LogManager.getLogger(Node.class);

    private final Libc libc;
    private final Path ledgerRoot;
    private final Engine engine;

    /**
     * Names the node of the calling thread's namespace.
     *
     * @param ledgerRoot see {@link Ledger#DEFAULT_ROOT}
     */
    public Node(Libc libc, Path ledgerRoot) {
        this.libc = libc;
        this.ledgerRoot = ledgerRoot;
        this.engine = new Engine(LogManager.getLogger(Engine.class), InstantSource.system());
    }

    /**
     * Opens both namespaces of the request's attachment.
     *
     * @throws CniException if the container's is not there, is none, or is the node's own without
     *     leave
     */
    Session enter(Request request) {
        Netns netns;
        try {
            netns = Netns.open(libc, request.requiredNetns());
        } catch (NetnsException e) {
            throw new CniException(
                    ErrorCode.INVALID_ENVIRONMENT, "CNI_NETNS: " + e.getMessage(), e);
        }
        try {
            refuseOwn(request, netns);
            return session(netns, request.requiredNetns());
        } catch (RuntimeException e) {
            netns.close();
            throw e;
        }
    }

    private void refuseOwn(Request request, Netns netns) {
        try (Netns own = Netns.current(libc)) {
            if (own.isSameAs(netns) && !request.isNetnsOverride()) {
                throw new CniException(
                        ErrorCode.INVALID_NETNS,
                        "CNI_NETNS="
                                + request.requiredNetns()
                                + " is the namespace that the plugin itself is in, and"
                                + " CNI_NETNS_OVERRIDE is not set");
            }
        }
    }

    /** As {@link #enter}, with the node's end alone where the container is gone. */
    Session enterIfThere(Request request) {
        return enterIfThere(request.netns(), null);
    }

    /**
     * Opens the namespaces of an attachment on record; a path that means another one by now is not
     * it.
     */
    Session enterIfThere(Receipt receipt) {
        Namespace namespace = receipt.namespace();
        return namespace == null
                ? session(null, null)
                : enterIfThere(Path.of(namespace.path()), namespace.inode());
    }

    private Session enterIfThere(@Nullable Path path, @Nullable Long inode) {
        Netns netns = null;
        if (path != null) {
            try {
                netns = Netns.open(libc, path);
            } catch (NetnsException e) {
                log.info("the container is gone: {}", e.getMessage());
            }
        }
        if (netns != null && (isOwn(netns) || (inode != null && inode != netns.id()))) {
            netns.close();
            netns = null;
        }
        return session(netns, path);
    }

    private boolean isOwn(Netns netns) {
        try (Netns own = Netns.current(libc)) {
            return own.isSameAs(netns);
        }
    }

    private Session session(@Nullable Netns netns, @Nullable Path path) {
        Ledger ledger = new Ledger(ledgerRoot);
        try {
            return Session.open(libc, netns, path, ledger, engine);
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    /** What is on record of a network and plugin. */
    Ledger.Listing receipts(String network, String plugin) {
        try (Ledger ledger = new Ledger(ledgerRoot)) {
            return ledger.list(network, plugin);
        }
    }

    /**
     * Does what every ADD does first, and changes nothing.
     *
     * @throws CniException with {@link ErrorCode#NOT_AVAILABLE} if it does not succeed
     */
    void prove() {
        try (Ledger ledger = new Ledger(ledgerRoot);
                Netns own = Netns.current(libc);
                NetlinkKernel kernel = NetlinkKernel.open(libc, own)) {
            kernel.read(new Query.Rules(IpFamily.IPV4));
            ledger.prove();
        } catch (RuntimeException e) {
            throw new CniException(ErrorCode.NOT_AVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }
}

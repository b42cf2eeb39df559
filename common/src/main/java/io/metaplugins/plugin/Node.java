package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.cni.Meter;
import io.metaplugins.cni.Request;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The node that the plugins work on: its network namespace and its ledger, which is opened when it
 * is first needed, and stays open until this is closed.
 */
public final class Node implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Node.class);

    private final Libc libc;
    private final LazyLedger ledger;
    private final Engine engine;
    private final Terms terms;
    private final Meter meter;
    private final Supplier<NodeSettings> settings;

    /**
     * Names the node of the calling thread's namespace.
     *
     * @param ledgerRoot see {@link Ledger#DEFAULT_ROOT}
     */
    public Node(Libc libc, Path ledgerRoot) {
        this(libc, ledgerRoot, Meter.NONE, () -> NodeSettings.NONE);
    }

    /**
     * The same, with what is to be measured, and what is said for all pods.
     *
     * @param meter of requests and their steps
     * @param settings asked whenever something is planned; throws {@link CniException} if what is
     *     said is wrong
     */
    public Node(Libc libc, Path ledgerRoot, Meter meter, Supplier<NodeSettings> settings) {
        this(
                libc,
                new LazyLedger(ledgerRoot),
                new Engine(LogManager.getLogger(Engine.class), InstantSource.system()),
                Terms.usual(path -> Netns.open(libc, path)),
                meter,
                settings);
    }

    private Node(
            Libc libc,
            LazyLedger ledger,
            Engine engine,
            Terms terms,
            Meter meter,
            Supplier<NodeSettings> settings) {
        this.libc = libc;
        this.ledger = ledger;
        this.engine = engine;
        this.terms = terms;
        this.meter = meter;
        this.settings = settings;
    }

    Meter meter() {
        return meter;
    }

    /**
     * What is said for all pods of the node.
     *
     * @throws CniException if it is wrong
     */
    NodeSettings settings() {
        return settings.get();
    }

    /**
     * The same node, for a request whose pod is opened in another way. It is not to be closed.
     *
     * @param others for the namespaces that requests name; those on record are opened by their path
     */
    public Node with(Pods others) {
        return with(new Terms(others, terms.patience(), terms.moment()));
    }

    /**
     * The same node, for a request that was made at that moment and is carried out late: what it
     * lists says nothing about attachments that were made since. It is not to be closed.
     */
    public Node asOf(Instant past) {
        return with(terms.asOf(past));
    }

    /** Up to when the request knows of attachments. */
    Instant moment() {
        return terms.moment();
    }

    /**
     * The same node, for a request whose pod may be gone, and that nobody waits for. The pod's
     * namespace is opened by its path only if an attachment of the container is on record there,
     * and is the one on record.
     *
     * @param patience how long it waits for others that are at work on an attachment
     */
    public Node withPodsOnRecord(String containerId, Duration patience) {
        Pods onRecord = new PodsOnRecord(libc, ledger, containerId);
        return with(new Terms(onRecord, patience, terms.moment()));
    }

    private Node with(Terms others) {
        return new Node(libc, ledger, engine, others, meter, settings);
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
            netns = terms.pods().open(request.requiredNetns());
        } catch (NetnsException e) {
            throw Failures.of(e, "CNI_NETNS: " + e.getMessage());
        }
        try {
            refuseOwn(request, netns);
            return session(netns, request.requiredNetns());
        } catch (RuntimeException | Error e) {
            netns.close();
            throw e;
        }
    }

    private void refuseOwn(Request request, Netns netns) {
        if (isOwn(netns) && !request.isNetnsOverride()) {
            throw new CniException(
                    ErrorCode.INVALID_NETNS,
                    "CNI_NETNS="
                            + request.requiredNetns()
                            + " is the namespace that the plugin itself is in, and"
                            + " CNI_NETNS_OVERRIDE is not set");
        }
    }

    /**
     * As {@link #enter}, with the node's end alone where the container is gone.
     *
     * @throws NetnsException if nobody can tell
     */
    Session enterIfThere(Request request) {
        return enterIfThere(request.netns(), null, terms.pods());
    }

    /**
     * Opens the namespaces of an attachment on record; a path that means another one by now is not
     * it.
     *
     * @throws NetnsException if nobody can tell whether it is there
     * @throws KernelException if the kernel gives no socket
     */
    public Session enterIfThere(Receipt receipt) {
        Namespace namespace = receipt.namespace();
        return namespace == null
                ? session(null, null)
                : enterIfThere(
                        Path.of(namespace.path()),
                        namespace.inode(),
                        path -> Netns.open(libc, path));
    }

    /** Opens the node's end alone. */
    public Session enterAlone() {
        return session(null, null);
    }

    private Session enterIfThere(@Nullable Path path, @Nullable Long inode, Pods by) {
        Netns netns = null;
        if (path != null) {
            try {
                netns = by.open(path);
            } catch (NetnsException e) {
                if (!e.isGone()) {
                    throw e;
                }
                log.info("the container is gone: {}", e.getMessage());
            }
        }
        try {
            if (netns != null && (isOwn(netns) || (inode != null && inode != netns.id()))) {
                netns.close();
                netns = null;
            }
            return session(netns, path);
        } catch (RuntimeException | Error e) {
            if (netns != null) {
                netns.close();
            }
            throw e;
        }
    }

    private boolean isOwn(Netns netns) {
        try (Netns own = Netns.current(libc)) {
            return own.isSameAs(netns);
        }
    }

    private Session session(@Nullable Netns netns, @Nullable Path path) {
        return Session.open(libc, netns, path, ledger.get(), engine, terms.patience(), meter);
    }

    /** All that is on record. */
    public Ledger.Listing receipts() {
        return ledger.get().list();
    }

    Ledger ledger() {
        return ledger.get();
    }

    Libc libc() {
        return libc;
    }

    /** How many attachments of a plugin are on record. */
    public int attachments(String plugin) {
        return ledger.get().count(plugin);
    }

    /** What is on record of a network and plugin. */
    Ledger.Listing receipts(String network, String plugin) {
        return ledger.get().list(network, plugin);
    }

    /**
     * Removes what processes that were killed left unfinished in the ledger.
     *
     * @throws LedgerException if that cannot be done
     */
    public void tidy() {
        ledger.get().tidy();
    }

    /**
     * Does what every ADD does first, and changes nothing.
     *
     * @throws CniException with {@link ErrorCode#NOT_AVAILABLE} if it does not succeed
     */
    public void prove() {
        try (Netns own = Netns.current(libc);
                NetlinkKernel kernel = NetlinkKernel.open(libc, own)) {
            kernel.read(new Query.Rules(IpFamily.IPV4));
            ledger.get().prove();
        } catch (RuntimeException e) {
            throw new CniException(ErrorCode.NOT_AVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        ledger.close();
    }
}

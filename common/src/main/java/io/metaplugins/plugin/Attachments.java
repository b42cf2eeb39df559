package io.metaplugins.plugin;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Catalog;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.engine.Repair;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * All attachments of a node, for who looks after them when no runtime asks. A pod's namespace is
 * opened only while it is looked at.
 */
public final class Attachments {
    private final Node node;

    /** Those that the node's ledger knows. */
    public Attachments(Node node) {
        this.node = node;
    }

    /**
     * What becomes of the records.
     *
     * @throws LedgerException if there is no ledger
     */
    public Catalog catalog() {
        return node.ledger().catalog();
    }

    /** All that is on record now. */
    public Ledger.Listing all() {
        return node.ledger().list();
    }

    /**
     * What is on record of one; empty if nothing is.
     *
     * @throws LedgerException if it cannot be read
     */
    public Optional<Receipt> find(AttachmentId id) {
        return node.ledger().find(id);
    }

    /**
     * Gives the namespace to the task, if it is still there.
     *
     * @throws KernelException if nobody can tell
     */
    public <T> Optional<T> in(Namespace namespace, Function<Netns, T> task) {
        Netns netns;
        try {
            netns = PodsOnRecord.open(node.libc(), namespace);
        } catch (NetnsException e) {
            if (e.isGone()) {
                return Optional.empty();
            }
            throw unreachable(e);
        }
        try (netns) {
            return Optional.of(task.apply(netns));
        }
    }

    private static KernelException unreachable(NetnsException e) {
        KernelException exception = new KernelException(String.valueOf(e.getMessage()), "EIO");
        exception.initCause(e);
        return exception;
    }

    /**
     * Whether the pod of an attachment has ended, as {@link #isGone(Namespace, Collection)}.
     *
     * @param all that is on record, to tell which links are the pod's alone
     */
    public boolean isGone(Receipt receipt, Collection<Receipt> all) {
        Namespace pod = receipt.namespace();
        if (pod == null) {
            return false;
        }
        Set<InterfaceName> links = links(receipt);
        for (Receipt other : all) {
            if (!pod.equals(other.namespace())) {
                links.removeAll(links(other));
            }
        }
        return isGone(pod, links);
    }

    private static Set<InterfaceName> links(Receipt receipt) {
        Set<InterfaceName> links = new HashSet<>();
        for (Statement statement : receipt.plan().effective()) {
            InterfaceName dev = statement.object().dev();
            if (dev != null
                    && statement.where() == Where.HOST
                    && statement.lifetime() == Lifetime.ATTACHMENT) {
                links.add(dev);
            }
        }
        return links;
    }

    /**
     * Whether a pod has ended: its path does not lead to it any more, nor does a link of the node,
     * which goes with the pod. A path alone may just not be seen from here, as by an agent in a
     * container.
     *
     * @param links of the node that have to do with this pod alone
     * @throws KernelException if nobody can tell
     */
    public boolean isGone(Namespace pod, Collection<InterfaceName> links) {
        if (in(pod, _ -> pod).isPresent()) {
            return false;
        }
        boolean isLinkGone = false;
        try (Session session = node.enterAlone()) {
            for (InterfaceName name : links) {
                List<KernelObject> found = session.kernels().host().read(new Query.LinkNamed(name));
                if (found.stream().anyMatch(link -> ((Link) link).peerNamespace() != null)) {
                    return false;
                }
                isLinkGone |= found.isEmpty();
            }
        }
        if (!isLinkGone && !isInSight(Path.of(pod.path()))) {
            throw new KernelException(
                    "nobody can tell from here whether "
                            + pod.path()
                            + " is gone: there is no "
                            + Path.of(pod.path()).getParent(),
                    "EIO");
        }
        return true;
    }

    /** A process has its own directory; others are files in one that may not be mounted here. */
    private static boolean isInSight(Path path) {
        Path parent = path.getParent();
        return parent == null || parent.startsWith("/proc") || Files.isDirectory(parent);
    }

    /**
     * Reads a pod.
     *
     * @return empty if it is not there any more
     * @throws KernelException if the kernel refuses
     */
    public Optional<Snapshot> read(Namespace namespace, Collection<Query> queries) {
        return in(
                namespace,
                netns -> {
                    try (NetlinkKernel kernel = NetlinkKernel.open(node.libc(), netns)) {
                        return Snapshot.EMPTY.with(queries, kernel::read);
                    }
                });
    }

    /**
     * What does not hold of an attachment, looked at while nobody works on it.
     *
     * @return empty if there is no record of it, or its pod is gone
     * @throws LedgerException if somebody works on it for longer than the patience
     * @throws KernelException if the kernel cannot be read
     */
    public Optional<List<Deviation>> verify(Receipt receipt, Duration patience) {
        return withBothEnds(receipt, session -> session.entries().verify(receipt.id(), patience));
    }

    /**
     * Puts right what does not hold of an attachment.
     *
     * @param others statements to be left as they are
     * @return empty if there is no record of it, or its pod is gone
     * @throws LedgerException if somebody works on it for longer than the patience
     * @throws KernelException if the kernel cannot be read
     */
    public Optional<List<Repair>> repair(
            Receipt receipt, Collection<Statement> others, Duration patience) {
        return withBothEnds(
                receipt, session -> session.entries().repair(receipt.id(), others, patience));
    }

    private <T> Optional<T> withBothEnds(Receipt receipt, Function<Session, Optional<T>> task) {
        try (Session session = enter(receipt)) {
            boolean whole = receipt.namespace() == null || session.hasContainer();
            return whole ? task.apply(session) : Optional.empty();
        }
    }

    private Session enter(Receipt receipt) {
        try {
            return node.enterIfThere(receipt);
        } catch (NetnsException e) {
            throw unreachable(e);
        }
    }

    /**
     * Undoes what is on record of an attachment, and the record with it, as DEL does; unless it
     * went meanwhile, or was made anew.
     *
     * @return whether it was still there
     * @throws LedgerException if it cannot be read any more, or somebody works on it for too long
     * @throws KernelException if nobody can tell whether its pod is there
     */
    public boolean collect(Receipt receipt) {
        try (Session session = enter(receipt)) {
            return session.entries().revert(receipt);
        }
    }
}

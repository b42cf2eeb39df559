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
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import io.metaplugins.plan.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    /** Gives the namespace to the task, if it is still there. */
    public <T> Optional<T> in(Namespace namespace, Function<Netns, T> task) {
        Netns netns;
        try {
            netns = PodsOnRecord.open(node.libc(), namespace);
        } catch (NetnsException e) {
            return Optional.empty();
        }
        try (netns) {
            return Optional.of(task.apply(netns));
        }
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
        try (Session session = node.enterIfThere(receipt)) {
            boolean whole = receipt.namespace() == null || session.hasContainer();
            return whole ? task.apply(session) : Optional.empty();
        }
    }

    /** Undoes what is on record of an attachment, and the record with it, as DEL does. */
    public void collect(Receipt receipt) {
        try (Session session = node.enterIfThere(receipt)) {
            boolean _ = session.entries().revert(receipt.id());
        }
    }
}

package io.metaplugins.plugin;

import io.metaplugins.cni.Meter;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Kernels;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.engine.Repair;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plugin.Renewal.Intention;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Makes, compares and undoes what is on record of attachments, each of which nobody else is at
 * meanwhile.
 */
public final class Entries {
    private static final Logger log = LogManager.getLogger(Entries.class);

    private final Ledger ledger;
    private final Engine engine;
    private final Duration patience;
    private final Meter meter;
    private final Kernels kernels;

    /**
     * For some namespaces, which stay open as long as this is used.
     *
     * @param patience how long to wait for others, if nothing else is said
     */
    Entries(Ledger ledger, Engine engine, Duration patience, Meter meter, Kernels kernels) {
        this.ledger = ledger;
        this.engine = engine;
        this.patience = patience;
        this.meter = meter;
        this.kernels = kernels;
    }

    /** With the attachment's entry; the time that the ledger takes is told apart. */
    private <T> T onRecord(AttachmentId id, Meter.Step step, Function<Ledger.Entry, T> work) {
        long start = System.nanoTime();
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            long opened = System.nanoTime();
            try {
                return work.apply(entry);
            } finally {
                long done = System.nanoTime();
                meter.took(Meter.Step.LEDGER, opened - start + entry.nanoseconds());
                meter.took(step, done - opened - entry.nanoseconds());
            }
        }
    }

    void apply(AttachmentId id, Plan plan, Origin origin, Observation seen) {
        Receipt _ =
                onRecord(
                        id,
                        Meter.Step.APPLY,
                        entry -> engine.apply(entry, plan, origin, kernels, seen));
    }

    /**
     * Plans an attachment that is on record anew, and makes the plan true if it is another.
     *
     * @param intentions what to plan, by what is on record; nothing to leave it
     * @param changes false to see only what would be done
     * @return empty if nothing was planned
     */
    Optional<Renewal> renew(
            AttachmentId id,
            Function<Receipt, Optional<Intention>> intentions,
            boolean changes,
            Duration patience) {
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            return entry.read()
                    .flatMap(receipt ->
                            intentions
                                    .apply(receipt)
                                    .map(wish -> renew(entry, receipt, wish, changes)));
        }
    }

    private Renewal renew(Ledger.Entry entry, Receipt receipt, Intention wish, boolean changes) {
        Observation seen = new Interview(kernels).answers(wish.planner());
        Plan plan = wish.planner().plan(engine.before(entry, receipt, seen));
        boolean isOther = !plan.equals(receipt.plan()) || !wish.origin().equals(receipt.origin());
        if (changes && isOther) {
            Receipt _ = engine.renew(entry, receipt, plan, wish.origin(), kernels, seen);
        }
        return Renewal.of(receipt, plan);
    }

    /** What is no longer as it was wished; empty if there is no record to compare with. */
    public Optional<List<Deviation>> verify(AttachmentId id) {
        return onRecord(
                id,
                Meter.Step.OBSERVE,
                entry -> entry.read().map(receipt -> engine.verify(entry, receipt, kernels)));
    }

    Optional<List<Deviation>> verify(AttachmentId id, Duration patience) {
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            return entry.read().map(receipt -> engine.verify(entry, receipt, kernels));
        }
    }

    /**
     * Puts right what is no longer as it was wished; empty if there is no record.
     *
     * @param others statements to be left as they are
     */
    Optional<List<Repair>> repair(
            AttachmentId id, Collection<Statement> others, Duration patience) {
        try (Ledger.Entry entry = ledger.open(id, patience)) {
            return entry.read().map(receipt -> engine.repair(entry, receipt, kernels, others));
        }
    }

    /**
     * Undoes what is on record of the attachment, and the record with it. A problem is in the log,
     * and the record goes all the same: nobody would come for it again.
     *
     * @return whether there was a record
     */
    boolean revert(AttachmentId id) {
        return isDone(undo(id));
    }

    /**
     * As {@link #revert(AttachmentId)}, unless the attachment went meanwhile, or was made anew.
     *
     * @param listed what was on record of it
     * @return whether it still was
     * @throws LedgerException if it cannot be read any more
     */
    boolean revert(Receipt listed) {
        return isDone(undo(listed));
    }

    private static boolean isDone(Optional<List<KernelException>> problems) {
        problems.ifPresent(all -> all.forEach(e -> log.error("{}", e.getMessage())));
        return problems.isPresent();
    }

    /**
     * As {@link #revert(AttachmentId)}, for who tells the problems himself.
     *
     * @return the problems; empty if there was no record, or none that can be read
     */
    private Optional<List<KernelException>> undo(AttachmentId id) {
        return onRecord(
                id,
                Meter.Step.APPLY,
                entry -> {
                    Optional<List<KernelException>> problems =
                            readable(entry).map(receipt -> engine.revert(entry, receipt, kernels));
                    entry.delete();
                    return problems;
                });
    }

    /**
     * As {@link #revert(Receipt)}, for who tells the problems himself.
     *
     * @return the problems; empty if it is not on record any more
     */
    public Optional<List<KernelException>> undo(Receipt listed) {
        return onRecord(
                listed.id(),
                Meter.Step.APPLY,
                entry ->
                        entry.read()
                                .filter(listed::isOfSameAdd)
                                .map(receipt -> {
                                    List<KernelException> problems =
                                            engine.revert(entry, receipt, kernels);
                                    entry.delete();
                                    return problems;
                                }));
    }

    private static Optional<Receipt> readable(Ledger.Entry entry) {
        try {
            return entry.read();
        } catch (LedgerException e) {
            log.error("{}", e.getMessage());
            return Optional.empty();
        }
    }
}

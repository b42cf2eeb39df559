package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.Renewal;
import io.metaplugins.plugin.RepairMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Attachments that are to be planned anew. Each is owed that until it came off: one that cannot be
 * planned keeps no other from it, and is tried again ever more seldom.
 */
final class Debts {
    private static final Logger log = LogManager.getLogger(Debts.class);

    /** Who works on an attachment longer than this is waited for elsewhere. */
    private static final Duration PATIENCE = Duration.ofMillis(20);

    /** So long others wait to be looked after. */
    private static final long AT_ONCE = Duration.ofMillis(200).toNanos();

    private static final long FIRST_WAIT = Duration.ofMillis(200).toNanos();
    private static final long LONGEST_WAIT = Duration.ofMinutes(1).toNanos();

    /** What lasts shorter is somebody at work. */
    private static final long TOLD_FROM = Duration.ofSeconds(1).toNanos();

    private final Attachments attachments;
    private final Renewals renewals;
    private final LongSupplier clock;
    private final Map<AttachmentId, Debt> owed = new HashMap<>();

    Debts(Attachments attachments, Renewals renewals, LongSupplier clock) {
        this.attachments = attachments;
        this.renewals = renewals;
        this.clock = clock;
    }

    private record Debt(long due, long pause, String told) {
        static Debt now(long now) {
            return new Debt(now, FIRST_WAIT, "");
        }

        Debt later(long now, String told) {
            return new Debt(now + pause, Math.min(2 * pause, LONGEST_WAIT), told);
        }
    }

    /** From now on. */
    void owe(AttachmentId id) {
        owed.put(id, Debt.now(clock.getAsLong()));
    }

    void forget(AttachmentId id) {
        owed.remove(id);
    }

    /** When the next is due. */
    long next() {
        long next = Long.MAX_VALUE;
        for (Debt debt : owed.values()) {
            next = Math.min(next, debt.due());
        }
        return next;
    }

    /**
     * Plans those that are due, some at once, in the order in which they came: what a later NIC
     * wishes is wished last.
     *
     * @param mode on to change them, log to tell what would change, off to do it another time
     */
    void settle(Collection<Watched> all, RepairMode mode) {
        long start = clock.getAsLong();
        if (mode == RepairMode.OFF || next() > start) {
            return;
        }
        Set<AttachmentId> known = new HashSet<>();
        all.forEach(each -> known.add(each.id()));
        owed.keySet().retainAll(known);
        List<Watched> due = new ArrayList<>(all);
        due.removeIf(each -> !isDue(each.id(), start));
        due.sort(Comparator.comparing(Watched::time));
        for (Watched each : due) {
            settle(each.id(), mode);
            if (clock.getAsLong() - start > AT_ONCE) {
                return;
            }
        }
    }

    private boolean isDue(AttachmentId id, long now) {
        Debt debt = owed.get(id);
        return debt != null && debt.due() <= now;
    }

    private void settle(AttachmentId id, RepairMode mode) {
        boolean changes = mode == RepairMode.ON;
        try {
            attachments
                    .find(id)
                    .flatMap(receipt -> renewals.renew(receipt, changes, PATIENCE))
                    .ifPresent(renewed -> tell(id, renewed, changes));
            owed.remove(id);
        } catch (CniException e) {
            putOff(id, e.details());
        } catch (RuntimeException e) {
            putOff(id, e.toString());
        }
    }

    private static void tell(AttachmentId id, Renewal renewed, boolean changes) {
        if (!renewed.isNothing()) {
            log.info(
                    changes
                            ? "{}: planned anew, {} come, {} gone"
                            : "{}: would be planned anew, {} come, {} gone",
                    id,
                    renewed.come(),
                    renewed.gone());
        }
    }

    private void putOff(AttachmentId id, String problem) {
        long now = clock.getAsLong();
        Debt debt = owed.getOrDefault(id, Debt.now(now));
        String told = debt.told();
        if (debt.pause() >= TOLD_FROM && !problem.equals(told)) {
            log.warn("{} cannot be planned anew: {}", id, problem);
            told = problem;
        }
        owed.put(id, debt.later(now, told));
    }
}

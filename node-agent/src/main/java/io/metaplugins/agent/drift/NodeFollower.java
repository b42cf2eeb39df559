package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Kernel;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.pod.NodeAddresses;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has running pods follow their node: its addresses, and what is said for all pods.
 *
 * <p>What became of the node while nobody looked is not known. So all attachments are owed a plan
 * at the first look.
 */
final class NodeFollower {
    private static final Logger log = LogManager.getLogger(NodeFollower.class);

    /** A runtime does not wait longer for an ADD ({@code --runtime-request-timeout} of kubelet). */
    static final Duration LONGEST_ADD = Duration.ofMinutes(2);

    private final Kernel node;
    private final Roster roster;
    private final Debts debts;
    private final Beginnings beginnings;
    private final LongSupplier clock;
    private @Nullable Set<IpAddress> known;
    private long changed;

    /**
     * Follows from the first {@link #look} on.
     *
     * @param beginnings of what this process does itself
     * @param clock that nobody sets
     */
    NodeFollower(
            Kernel node, Roster roster, Debts debts, Beginnings beginnings, LongSupplier clock) {
        this.node = node;
        this.roster = roster;
        this.debts = debts;
        this.beginnings = beginnings;
        this.clock = clock;
    }

    boolean isConcerned(Touched touched) {
        return touched.answers().stream().anyMatch(Query.Addresses.class::isInstance);
    }

    /** Owes all attachments a plan if the node has other addresses than the last time. */
    void look() {
        Set<IpAddress> addresses = addresses();
        Set<IpAddress> before = known;
        if (addresses.equals(before)) {
            return;
        }
        if (before != null) {
            log.info("the node's addresses are {} and were {}", addresses, before);
        }
        known = addresses;
        oweAll();
    }

    private Set<IpAddress> addresses() {
        Set<IpAddress> addresses = new HashSet<>();
        for (IpFamily family : IpFamily.values()) {
            Query query = new Query.Addresses(family);
            Snapshot seen = Snapshot.EMPTY.with(List.of(query), node::read);
            addresses.addAll(NodeAddresses.of(seen, family));
        }
        return addresses;
    }

    /** Owes all attachments a plan, and those besides whose ADD has begun already. */
    void oweAll() {
        changed = clock.getAsLong();
        roster.all().forEach(each -> debts.owe(each.id()));
    }

    /**
     * Tells what became of records. Those that are written now may have been planned by who did not
     * know yet what is known here: by another process, or by this one before the last change. They
     * are owed a plan, and so is whose record could not be read until now.
     */
    void take(Roster.News news) {
        news.gone().forEach(debts::forget);
        if (known == null) {
            return;
        }
        if (clock.getAsLong() - changed < LONGEST_ADD.toNanos()) {
            for (AttachmentId id : news.written()) {
                if (!beginnings.isAfter(id.containerId(), changed)) {
                    debts.owe(id);
                }
            }
        }
        for (Watched fresh : news.fresh()) {
            if (fresh.isOlderThan(LONGEST_ADD)) {
                debts.owe(fresh.id());
            }
        }
    }

    /** Gives what is owed, as far as there is time for it. */
    void work(RepairMode mode) {
        debts.settle(roster.all(), mode);
    }

    /** When it is time for the next. */
    long next(RepairMode mode) {
        return mode == RepairMode.OFF ? Long.MAX_VALUE : debts.next();
    }
}

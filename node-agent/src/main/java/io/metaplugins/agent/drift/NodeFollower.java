package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.Renewal;
import io.metaplugins.pod.NodeAddresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has running pods follow their node: its addresses, and what is said for all pods.
 *
 * <p>What became of the node while nobody looked is not known. So all attachments are planned at
 * the first look, and those that come out otherwise than they are on record are changed.
 */
final class NodeFollower {
    private static final Logger log = LogManager.getLogger(NodeFollower.class);

    /** A runtime does not wait longer for an ADD ({@code --runtime-request-timeout} of kubelet). */
    static final Duration LONGEST_ADD = Duration.ofMinutes(2);

    private final Attachments attachments;
    private final Kernel node;
    private final Function<Receipt, Optional<Renewal>> renewal;
    private final Map<AttachmentId, String> owed = new HashMap<>();
    private final Set<AttachmentId> doubtful = new HashSet<>();
    private @Nullable Set<IpAddress> known;
    private long until = Long.MIN_VALUE;

    /**
     * Follows from the first {@link #look} on.
     *
     * @param renewal plans an attachment anew, and changes it if need be; empty if it cannot be
     *     known what is wished; throws {@link CniException} if it is not possible
     */
    NodeFollower(
            Attachments attachments, Kernel node, Function<Receipt, Optional<Renewal>> renewal) {
        this.attachments = attachments;
        this.node = node;
        this.renewal = renewal;
    }

    boolean isConcerned(Touched touched) {
        return touched.answers().stream().anyMatch(Query.Addresses.class::isInstance);
    }

    /**
     * Plans all attachments anew if the node has other addresses than the last time, else those
     * with which that did not succeed.
     */
    void look(long now) {
        Set<IpAddress> addresses = addresses();
        Set<IpAddress> before = known;
        if (before != null && before.equals(addresses)) {
            if (!owed.isEmpty()) {
                renew(Set.copyOf(owed.keySet())::contains);
            }
            return;
        }
        if (before != null) {
            log.info("the node's addresses are {} and were {}", addresses, before);
        }
        known = addresses;
        renewAll(now);
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

    /** Plans all attachments anew, and later those besides whose ADD has begun already. */
    void renewAll(long now) {
        until = now + LONGEST_ADD.toNanos();
        owed.clear();
        renew(_ -> true);
    }

    /**
     * Tells what became of records. Those that are written now may have been planned by who did not
     * know yet what is known here: they are planned anew, once, when there are no more such.
     */
    void follow(Roster.News news, long now) {
        news.gone().forEach(doubtful::remove);
        if (now < until) {
            doubtful.addAll(news.written());
        } else if (!doubtful.isEmpty()) {
            renew(Set.copyOf(doubtful)::contains);
            doubtful.clear();
        }
    }

    /** In the order in which they came: what a later NIC wishes is wished last. */
    private void renew(Predicate<AttachmentId> which) {
        List<Receipt> receipts = new ArrayList<>(attachments.all().receipts());
        receipts.removeIf(receipt -> !which.test(receipt.id()));
        receipts.sort(Comparator.comparing(Receipt::time));
        receipts.forEach(this::renew);
    }

    private void renew(Receipt receipt) {
        AttachmentId id = receipt.id();
        try {
            Optional<Renewal> renewed = renewal.apply(receipt);
            owed.remove(id);
            renewed.filter(each -> !each.isNothing())
                    .ifPresent(each ->
                            log.info(
                                    "{}: planned anew, {} come, {} gone",
                                    id,
                                    each.come(),
                                    each.gone()));
        } catch (CniException e) {
            if (!e.details().equals(owed.put(id, e.details()))) {
                log.warn("{} cannot be planned anew: {}", id, e.details());
            }
        }
    }
}

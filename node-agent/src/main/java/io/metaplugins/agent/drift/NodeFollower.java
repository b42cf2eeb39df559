package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.pod.NodeAddresses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Has running pods follow the addresses of their node. */
public final class NodeFollower {
    private static final Logger log = LogManager.getLogger(NodeFollower.class);

    private final Attachments attachments;
    private final Kernel node;
    private final Renewal renewal;
    private @Nullable Set<IpAddress> known;

    NodeFollower(Attachments attachments, Kernel node, Renewal renewal) {
        this.attachments = attachments;
        this.node = node;
        this.renewal = renewal;
    }

    /** Plans an attachment anew. */
    public interface Renewal {
        /**
         * Plans it from what was asked for and how the node is now, and makes the plan true.
         *
         * @return false if it is not known what was asked for, or the pod is gone
         * @throws CniException if that is not possible
         */
        boolean renew(Receipt receipt);
    }

    boolean isConcerned(Touched touched) {
        return touched.answers().stream().anyMatch(Query.Addresses.class::isInstance);
    }

    /** Plans all attachments anew if the node has other addresses than the last time. */
    void look() {
        Set<IpAddress> now = addresses();
        Set<IpAddress> before = known;
        known = now;
        if (before != null && !before.equals(now)) {
            log.info("the node's addresses are {} and were {}", now, before);
            renew();
        }
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

    /** In the order in which they came: what a later NIC wishes is wished last. */
    private void renew() {
        Ledger.Listing listing = attachments.all();
        List<Receipt> receipts = new ArrayList<>(listing.receipts());
        receipts.sort(Comparator.comparing(Receipt::time));
        for (Receipt receipt : receipts) {
            try {
                if (renewal.renew(receipt)) {
                    log.info("{}: planned anew", receipt.id());
                }
            } catch (CniException e) {
                log.warn("{} cannot be planned anew: {}", receipt.id(), e.details());
            }
        }
    }
}

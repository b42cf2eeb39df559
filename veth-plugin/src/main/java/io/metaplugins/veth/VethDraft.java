package io.metaplugins.veth;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Route;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Statement;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.Draft;
import io.metaplugins.pod.HostEnd;
import io.metaplugins.pod.NicDefaults;
import io.metaplugins.pod.NicScheme;
import io.metaplugins.pod.NicTables;
import io.metaplugins.pod.ReplyPath;
import io.metaplugins.pod.ServiceMasquerade;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One plan in the making, in the order in which it is carried out: the pair, what lets packets in,
 * tables before the rules that lead to them.
 */
final class VethDraft {
    private final VethConfig config;
    private final ChainedNic nic;
    private final VethPair pair;
    private final Draft draft;
    private final Observation seen;
    private final NicScheme scheme;
    private final Link link;

    VethDraft(VethConfig config, ChainedNic nic, VethPair pair, Observation seen, Draft draft) {
        this.config = config;
        this.nic = nic;
        this.pair = pair;
        this.seen = seen;
        this.draft = draft;
        this.link = HostEnd.link(nic.name(), seen.container());
        this.scheme =
                new NicScheme(
                        config.nic(),
                        nic,
                        seen,
                        VethPair.POD_END,
                        pair.toNode(),
                        NicDefaults.Keeper.FIRST,
                        draft);
    }

    void complete() {
        pair();
        scheme.link();
        scheme.receiving();
        for (IpFamily family : nic.families()) {
            scheme.neighbours(family);
            scheme.host(family);
            if (scheme.isFirst()) {
                towardsNode(family, TableId.MAIN);
                scheme.policyRoutes(family, TableId.MAIN);
            }
            scheme.subnets(family);
            towardsNode(family, scheme.table());
            scheme.defaults(family);
            scheme.addressRules(family);
            scheme.main(family);
        }
        replies();
        ServiceMasquerade.of(pair.toNode().end(), nic.families(), seen.host(), draft);
    }

    /** What came from the node goes back to it: only the node can translate the reply back. */
    private void replies() {
        if (!config.nic().replyPath()) {
            return;
        }
        for (IpFamily family : nic.families()) {
            // Replies have their source.
            scheme.toNode(family, NicTables.OVERLAY)
                    .forEach(route -> draft.pod(route.withSource(null), "reply_path: the node"));
            scheme.nodeAddresses(family).stream()
                    .limit(1)
                    .map(node -> by(node, Cidr.any(family), NicTables.OVERLAY).withSource(null))
                    .forEach(route -> draft.pod(route, "reply_path: back to the node"));
        }
        new ReplyPath(config.nic(), nic.families(), draft).by(VethPair.POD_END, NicTables.OVERLAY);
    }

    private void pair() {
        Integer mtu = mtu();
        draft.host(pair.onHost(mtu), "the pod and its node, which a macvlan keeps apart");
        draft.pod(pair.inPod(mtu), "the pod's end of " + pair.hostEnd());
        if (config.linkAddress() != null) {
            draft.pod(
                    new Address(VethPair.POD_END, config.linkAddress(), null, null, false),
                    "veth_link_address");
        }
    }

    /** Whether the statement makes the pair for the first NIC, and does not just keep it. */
    static boolean makesPair(Statement statement) {
        return statement.object() instanceof Link made && made.peer() != null && made.mtu() != null;
    }

    /** A pair that is there for an earlier NIC has that one's. */
    private @Nullable Integer mtu() {
        if (!scheme.isFirst()) {
            return null;
        }
        return config.mtu() == null ? link.mtu() : config.mtu();
    }

    /** What is reached by way of the node, with the address of this NIC. */
    private void towardsNode(IpFamily family, TableId table) {
        scheme.nodeRoutes(family, table);
        List<IpAddress> nodes = scheme.nodeAddresses(family);
        if (nodes.isEmpty()) {
            return; // The node does not speak this family, and nothing is behind it.
        }
        config.nic()
                .hijacks()
                .filter(each -> each.network().family() == family)
                .forEach(
                        each -> draft.pod(by(nodes.getFirst(), each.network(), table), each.key()));
    }

    private Route by(IpAddress node, Cidr network, TableId table) {
        Route route = Route.via(network, node, VethPair.POD_END, table);
        // The kernel refuses an IPv6 source that is still being checked for duplicates.
        return network.family() == IpFamily.IPV4
                ? route.withSource(nic.addresses(IpFamily.IPV4).getFirst().address())
                : route;
    }
}

package io.metaplugins.router;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.PlanException;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.Draft;
import io.metaplugins.pod.HostEnd;
import io.metaplugins.pod.NicDefaults;
import io.metaplugins.pod.NicScheme;
import io.metaplugins.pod.NicTables;
import io.metaplugins.pod.ReplyPath;
import java.util.List;

/**
 * One plan in the making, in the order in which it is carried out: what lets packets in before what
 * sends them there, tables before the rules that lead to them, the new default before the old goes.
 */
final class RouterDraft {
    private final RouterConfig config;
    private final ChainedNic nic;
    private final InterfaceName overlayNic;
    private final Draft draft;
    private final NicScheme scheme;

    RouterDraft(RouterConfig config, ChainedNic nic, Observation seen, Draft draft) {
        this.config = config;
        this.nic = nic;
        this.overlayNic = config.overlayInterface();
        this.draft = draft;
        Link overlay = HostEnd.link(overlayNic, seen.container());
        HostEnd.link(nic.name(), seen.container());
        this.scheme =
                new NicScheme(
                        config.nic(),
                        nic,
                        seen,
                        overlayNic,
                        config.sriov()
                                ? null
                                : new NicScheme.ToNode(
                                        mac(overlay),
                                        HostEnd.of(overlayNic, seen),
                                        /* lendsAddress= */ false),
                        NicDefaults.Keeper.NEWEST,
                        draft);
    }

    private static MacAddress mac(Link overlay) {
        MacAddress mac = overlay.address();
        if (mac == null) {
            throw new PlanException(
                    "interface " + overlay.name() + " of the container has no MAC address");
        }
        return mac;
    }

    void complete() {
        scheme.link();
        scheme.receiving();
        for (IpFamily family : nic.families()) {
            scheme.neighbours(family);
            scheme.host(family);
            scheme.nodeRoutes(family, TableId.MAIN);
            overlayTable(family);
            scheme.subnets(family);
            scheme.defaults(family);
            rules(family);
            scheme.main(family);
        }
        replies();
    }

    /**
     * Table 100 has the underlay's subnet by the other NIC, since that is the way there for what
     * the pod begins. A reply to what came in by the overlay NIC has to leave by it all the same.
     */
    private void replies() {
        if (!config.nic().replyPath()) {
            return;
        }
        for (IpFamily family : nic.families()) {
            overlayRoutes(
                    family, NicTables.OVERLAY_REPLIES, "reply_path: the ways by " + overlayNic);
        }
        new ReplyPath(config.nic(), nic.families(), draft)
                .by(overlayNic, NicTables.OVERLAY_REPLIES);
        scheme.replies();
    }

    private void overlayTable(IpFamily family) {
        overlayRoutes(family, NicTables.OVERLAY, "overlay_interface: its table has all its routes");
        for (Cidr address : nic.addresses(family)) {
            Route subnet = scheme.connected(address, NicTables.OVERLAY);
            if (!address.isHost() && scheme.routes().mayAdd(subnet)) {
                draft.pod(
                        subnet,
                        "the underlay's subnet is reached directly from " + overlayNic + " too");
            }
        }
    }

    private void overlayRoutes(IpFamily family, TableId table, String why) {
        List<Route> toNode = scheme.toNode(family, table);
        scheme.routes().of(overlayNic, table, family).stream()
                .filter(route -> toNode.stream().noneMatch(route::coversSameWayAs))
                .forEach(route -> draft.pod(route, why));
        scheme.nodeRoutes(family, table);
    }

    private void rules(IpFamily family) {
        config.nic()
                .hijacks()
                .filter(each -> each.network().family() == family)
                .forEach(each ->
                        draft.pod(
                                Rule.to(
                                        each.network(),
                                        config.nic().byDestination(),
                                        NicTables.OVERLAY),
                                each.key()));
        scheme.addressRules(family);
        for (IpAddress address : scheme.routes().addresses(overlayNic, family)) {
            draft.pod(
                    Rule.from(address.toHostCidr(), config.nic().fromOther(), NicTables.OVERLAY),
                    "what has the address of " + overlayNic + " leaves by it");
        }
    }
}

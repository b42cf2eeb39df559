package io.metaplugins.pod;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.pod.NicSettings.PolicyRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's NIC on the underlay needs, whichever interface of the pod leads to the node.
 *
 * <p>The NIC has a whole table of its own: its subnet, its default route and the node. A rule leads
 * there what has its address. The node reaches that address by the pod's other interface, since a
 * macvlan NIC and its own node cannot talk to each other: with a route in a table that is looked up
 * before main, and permanent neighbours on both ends, for nobody would answer there for an address
 * of another network.
 */
public final class NicScheme {

    /**
     * The way between the pod and its node.
     *
     * @param mac of the pod's interface
     * @param end the node's side
     * @param lendsAddress whether packets to the node carry the NIC's address, since the pod's
     *     interface has none that the node could answer
     */
    public record ToNode(MacAddress mac, HostEnd end, boolean lendsAddress) {}

    private final NicSettings settings;
    private final ChainedNic nic;
    private final Observation seen;
    private final InterfaceName other;
    private final @Nullable ToNode toNode;
    private final NicDefaults defaults;
    private final Draft draft;
    private final NicTables tables;
    private final NicRoutes routes;
    private final TableId table;

    /**
     * @param other the pod's interface that leads to the node, or would
     * @param toNode null if the NIC reaches the node by itself
     */
    public NicScheme(
            NicSettings settings,
            ChainedNic nic,
            Observation seen,
            InterfaceName other,
            @Nullable ToNode toNode,
            NicDefaults.Keeper keeper,
            Draft draft) {
        this.settings = settings;
        this.nic = nic;
        this.seen = seen;
        this.other = other;
        this.toNode = toNode;
        this.draft = draft;
        this.tables = new NicTables(seen.container(), settings.fromNic());
        this.routes = new NicRoutes(seen.container());
        this.table = tables.of(nic.addresses());
        this.defaults = new NicDefaults(settings, nic, routes, tables, table, other, keeper, draft);
    }

    /** What must be read of the pod. */
    public static List<Query> questions(ChainedNic nic) {
        List<Query> container = new ArrayList<>(List.of(new Query.Links()));
        for (IpFamily family : nic.families()) {
            container.add(new Query.Addresses(family));
            container.add(new Query.AllRoutes(family));
            container.add(new Query.Rules(family));
        }
        return container;
    }

    public NicRoutes routes() {
        return routes;
    }

    /** The NIC's own table. */
    public TableId table() {
        return table;
    }

    /** Whether the NIC is the one that came first. */
    public boolean isFirst() {
        return tables.isFirst(table);
    }

    /** The MAC address that the NIC shall have, if the user cares. */
    public static void macAddress(NicSettings settings, ChainedNic nic, Draft draft) {
        if (settings.macPrefix() != null) {
            IpAddress first = nic.addresses().getFirst().address();
            draft.pod(
                    Link.withAddress(nic.name(), settings.macPrefix().addressFor(first)),
                    "mac_prefix, then the last four bytes of the IP address");
        }
    }

    /** What the NIC itself shall be like. */
    public void link() {
        Integer length = settings.txQueueLength();
        if (length != null) {
            draft.pod(Link.withTxQueueLength(nic.name(), length), "tx_queue_len");
        }
    }

    /** What decides whether packets that come in are taken. */
    public void receiving() {
        if (nic.families().contains(IpFamily.IPV4)) {
            reversePath();
            for (InterfaceName each : routes.several(nic, other)) {
                draft.pod(
                        Sysctl.ipv4(each, "arp_ignore", 1),
                        "several NICs, maybe on one wire: each answers for itself");
                draft.pod(
                        Sysctl.ipv4(each, "arp_announce", 2),
                        "several NICs, maybe on one wire: each asks for itself");
            }
        }
        if (nic.families().contains(IpFamily.IPV6)) {
            draft.pod(Sysctl.ipv6(nic.name(), "disable_ipv6", 0), "the NIC has an IPv6 address");
            draft.pod(
                    Sysctl.ipv6(nic.name(), "accept_ra", 0),
                    "routes come from the configuration, not from routers");
            draft.pod(
                    Sysctl.ipv6(nic.name(), "autoconf", 0),
                    "addresses come from IPAM, not from routers");
        }
    }

    private void reversePath() {
        String why = "rp_filter.value";
        Integer value = settings.reversePath().value();
        if (value == null) {
            return;
        }
        if (value < 2) {
            // The kernel takes the larger of "all" and the interface's own.
            draft.pod(new Sysctl("net/ipv4/conf/all/rp_filter", value.toString()), why);
        }
        draft.pod(Sysctl.ipv4(other, "rp_filter", value), why);
        draft.pod(Sysctl.ipv4(nic.name(), "rp_filter", value), why);
        if (toNode != null && toNode.end().isOwn() && settings.reversePath().setHost()) {
            draft.host(Sysctl.ipv4(toNode.end().veth(), "rp_filter", value), "rp_filter.set_host");
        }
    }

    /** Who the node is to the pod. */
    public void neighbours(IpFamily family) {
        if (toNode != null) {
            for (IpAddress address : nodeAddresses(family)) {
                draft.pod(
                        Neighbour.permanent(other, address, toNode.end().mac()),
                        "the node, at its end of " + other);
            }
        }
    }

    /** How the node reaches the NIC's addresses. */
    public void host(IpFamily family) {
        if (toNode == null) {
            return;
        }
        InterfaceName dev = toNode.end().dev();
        draft.node(
                Rule.all(family, settings.byDestination(), settings.hostRuleTable()),
                "host_rule_table: looked up before main, for all pods");
        for (Cidr address : nic.addresses(family)) {
            draft.host(
                    Neighbour.permanent(dev, address.address(), toNode.mac()),
                    "the pod's end of " + other + ", for an address of " + nic.name());
            draft.host(
                    Route.connected(address.address().toHostCidr(), dev, settings.hostRuleTable()),
                    "node to " + nic.name() + " by way of " + other);
        }
    }

    /** The node's addresses in one of the pod's tables. */
    public void nodeRoutes(IpFamily family, TableId where) {
        toNode(family, where).forEach(route -> draft.pod(route, "the node is reached by " + other));
    }

    /** The routes to the node's addresses, as a table shall have them. */
    public List<Route> toNode(IpFamily family, TableId where) {
        return nodeAddresses(family).stream()
                .map(address -> Route.connected(address.toHostCidr(), other, where))
                .map(route -> route.withSource(sourceToNode(family)))
                .toList();
    }

    private @Nullable IpAddress sourceToNode(IpFamily family) {
        // The kernel refuses an IPv6 source that is still being checked for duplicates.
        return toNode != null && toNode.lendsAddress() && family == IpFamily.IPV4
                ? nic.addresses(family).getFirst().address()
                : null;
    }

    /** The addresses by which the node is known; none if the NIC reaches it by itself. */
    public List<IpAddress> nodeAddresses(IpFamily family) {
        return toNode == null ? List.of() : NodeAddresses.of(seen.host(), family);
    }

    /** The NIC's own table, but for its default route. */
    public void subnets(IpFamily family) {
        List<Route> own = routes.of(nic.name(), table, family);
        for (Cidr address : nic.addresses(family)) {
            Route subnet = connected(address, table);
            if (!address.isHost() && own.stream().noneMatch(subnet::coversSameWayAs)) {
                draft.pod(subnet, "the subnet of " + nic.name());
            }
        }
        own.stream()
                .filter(route -> !route.isDefault() && !settings.isPolicy(route))
                .forEach(route ->
                        draft.pod(route, "the table of " + nic.name() + " has all its routes"));
        nodeRoutes(family, table);
    }

    /** The default route of the NIC's own table, and what else the user wants in it. */
    public void defaults(IpFamily family) {
        String why =
                defaults.areWanted(family)
                        ? "the default of " + nic.name()
                        : "the gateway of " + nic.name() + ", for answers to other networks";
        defaults.of(family).forEach(route -> draft.pod(route, why));
        policyRoutes(family, table);
    }

    /** The user's own routes, in one of the pod's tables. */
    public void policyRoutes(IpFamily family, TableId where) {
        for (PolicyRoute each : settings.policyRoutes()) {
            if (each.destination().family() == family) {
                draft.pod(nic.by(each.gateway(), each.destination(), where), "policy_routes");
            }
        }
    }

    /** The route to an address's subnet by the NIC. */
    public Route connected(Cidr address, TableId where) {
        Route route = Route.connected(address.network(), nic.name(), where);
        // The kernel refuses an IPv6 source that is still being checked for duplicates.
        return address.family() == IpFamily.IPV4 ? route.withSource(address.address()) : route;
    }

    /** The rule for the NIC's addresses. */
    public void addressRules(IpFamily family) {
        for (Cidr address : nic.addresses(family)) {
            draft.pod(
                    Rule.from(address.address().toHostCidr(), settings.fromNic(), table),
                    "what has the address of " + nic.name() + " leaves by it");
        }
    }

    /** Replies to what came in by the NIC leave by it. */
    public void replies() {
        if (settings.replyPath()) {
            new ReplyPath(settings, nic.families(), draft).by(nic.name(), table);
        }
    }

    /** Whose default route main has. */
    public void main(IpFamily family) {
        defaults.main(family);
    }
}

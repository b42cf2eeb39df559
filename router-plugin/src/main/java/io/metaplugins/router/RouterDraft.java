package io.metaplugins.router;

import static io.metaplugins.plan.Where.CONTAINER;
import static io.metaplugins.plan.Where.HOST;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.PlanException;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.HostEnd;
import io.metaplugins.pod.NicRoutes;
import io.metaplugins.pod.NicTables;
import io.metaplugins.pod.NodeAddresses;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One plan in the making, in the order in which it is carried out: what lets packets in before what
 * sends them there, tables before the rules that lead to them, the new default before the old goes.
 */
final class RouterDraft {
    private final RouterConfig config;
    private final ChainedNic nic;
    private final Observation seen;
    private final InterfaceName overlayNic;
    private final Link overlay;
    private final @Nullable HostEnd hostEnd;
    private final NicTables tables;
    private final NicRoutes routes;
    private final TableId nicTable;
    private final List<Statement> statements = new ArrayList<>();

    RouterDraft(RouterConfig config, ChainedNic nic, Observation seen) {
        this.config = config;
        this.nic = nic;
        this.seen = seen;
        this.overlayNic = config.overlayInterface();
        this.overlay = HostEnd.link(overlayNic, seen.container());
        HostEnd.link(nic.name(), seen.container());
        this.hostEnd = config.sriov() ? null : HostEnd.of(overlayNic, seen);
        this.tables = new NicTables(seen.container(), fromNic());
        this.routes = new NicRoutes(seen.container());
        this.nicTable = tables.of(nic.addresses());
    }

    List<Statement> statements() {
        receiving();
        for (IpFamily family : nic.families()) {
            neighbours(family);
            host(family);
            node(family);
            overlayTable(family);
            nicTable(family);
            rules(family);
            main(family);
        }
        return statements;
    }

    private long toOverlay() {
        return config.rulePriority();
    }

    private long fromNic() {
        return config.rulePriority() + 1;
    }

    private long fromOverlay() {
        return config.rulePriority() + 2;
    }

    private void receiving() {
        String why = "rp_filter.value";
        int value = config.reversePath().value();
        if (nic.families().contains(IpFamily.IPV4)) {
            if (value < 2) {
                // The kernel takes the larger of "all" and the interface's own.
                pod(new Sysctl("net/ipv4/conf/all/rp_filter", Integer.toString(value)), why);
            }
            pod(Sysctl.ipv4(overlayNic, "rp_filter", value), why);
            pod(Sysctl.ipv4(nic.name(), "rp_filter", value), why);
            if (hostEnd != null && hostEnd.isOwn() && config.reversePath().setHost()) {
                add(HOST, Sysctl.ipv4(hostEnd.veth(), "rp_filter", value), "rp_filter.set_host");
            }
            for (InterfaceName each : routes.several(nic, overlayNic)) {
                pod(
                        Sysctl.ipv4(each, "arp_ignore", 1),
                        "several NICs, maybe on one wire: each answers for itself");
                pod(
                        Sysctl.ipv4(each, "arp_announce", 2),
                        "several NICs, maybe on one wire: each asks for itself");
            }
        }
        if (nic.families().contains(IpFamily.IPV6)) {
            pod(Sysctl.ipv6(nic.name(), "disable_ipv6", 0), "the NIC has an IPv6 address");
            pod(
                    Sysctl.ipv6(nic.name(), "accept_ra", 0),
                    "routes come from the configuration, not from routers");
            pod(
                    Sysctl.ipv6(nic.name(), "autoconf", 0),
                    "addresses come from IPAM, not from routers");
        }
    }

    private void neighbours(IpFamily family) {
        if (hostEnd == null) {
            return;
        }
        for (IpAddress address : nodeAddresses(family)) {
            pod(
                    Neighbour.permanent(overlayNic, address, hostEnd.mac()),
                    "the node, at its end of " + overlayNic);
        }
    }

    private void host(IpFamily family) {
        if (hostEnd == null) {
            return;
        }
        if (overlay.address() == null) {
            throw new PlanException(
                    "interface " + overlayNic + " of the container has no MAC address");
        }
        statements.add(
                Statement.node(
                        Rule.all(family, config.rulePriority(), config.hostRuleTable()),
                        "host_rule_table: looked up before main, for all pods"));
        for (Cidr address : nic.addresses(family)) {
            add(
                    HOST,
                    Neighbour.permanent(hostEnd.dev(), address.address(), overlay.address()),
                    "the pod's end, for an address of its other NIC");
            add(
                    HOST,
                    Route.connected(
                            address.address().toHostCidr(), hostEnd.dev(), config.hostRuleTable()),
                    "node to " + nic.name() + " by way of " + overlayNic);
        }
    }

    private void node(IpFamily family) {
        nodeRoutes(family, TableId.MAIN);
    }

    private void overlayTable(IpFamily family) {
        List<Route> toNode = toNode(family, NicTables.OVERLAY);
        routes.of(overlayNic, NicTables.OVERLAY, family).stream()
                .filter(route -> toNode.stream().noneMatch(route::coversSameWayAs))
                .forEach(route -> pod(route, "overlay_interface: its table has all its routes"));
        nodeRoutes(family, NicTables.OVERLAY);
        for (Cidr address : nic.addresses(family)) {
            Route subnet = connected(address, NicTables.OVERLAY);
            if (!address.isHost() && routes.mayAdd(subnet)) {
                pod(
                        subnet,
                        "the underlay's subnet is reached directly from " + overlayNic + " too");
            }
        }
    }

    private void nicTable(IpFamily family) {
        List<Route> own = routes.of(nic.name(), nicTable, family);
        for (Cidr address : nic.addresses(family)) {
            Route subnet = connected(address, nicTable);
            if (!address.isHost() && own.stream().noneMatch(subnet::coversSameWayAs)) {
                pod(subnet, "the subnet of " + nic.name());
            }
        }
        own.stream()
                .filter(route -> !route.isDefault())
                .forEach(route -> pod(route, "the table of " + nic.name() + " has all its routes"));
        nodeRoutes(family, nicTable);
        String why =
                hasDefault(family)
                        ? "the default of " + nic.name()
                        : "the gateway of " + nic.name() + ", for answers to other networks";
        defaults(family, own).forEach(route -> pod(route, why));
    }

    /** The NIC's default routes in its table, or if it has none, one by its gateway. */
    private List<Route> defaults(IpFamily family, List<Route> own) {
        List<Route> found = own.stream().filter(Route::isDefault).toList();
        return found.isEmpty()
                ? nic.gateways().stream()
                        .filter(gateway -> gateway.family() == family)
                        .limit(1)
                        .map(gateway -> byGateway(family, gateway))
                        .toList()
                : found;
    }

    private Route byGateway(IpFamily family, IpAddress gateway) {
        boolean onSubnet =
                nic.addresses(family).stream().anyMatch(address -> address.contains(gateway));
        return Route.via(Cidr.any(family), gateway, nic.name(), nicTable).withOnlink(!onSubnet);
    }

    /** Whether main has a default by this NIC, or had one when the plugins before us were done. */
    private boolean hasDefault(IpFamily family) {
        return nic.defaults().contains(family) || routes.isDefaultInMain(nic.name(), family);
    }

    private void rules(IpFamily family) {
        towards(family, config.serviceSubnets(), "service_hijack_subnet");
        towards(family, config.overlaySubnets(), "overlay_hijack_subnet");
        towards(family, config.additionalSubnets(), "additional_hijack_subnet");
        for (Cidr address : nic.addresses(family)) {
            pod(
                    Rule.from(address.address().toHostCidr(), fromNic(), nicTable),
                    "what has the address of " + nic.name() + " leaves by it");
        }
        for (IpAddress address : routes.addresses(overlayNic, family)) {
            pod(
                    Rule.from(address.toHostCidr(), fromOverlay(), NicTables.OVERLAY),
                    "what has the address of " + overlayNic + " leaves by it");
        }
    }

    private void towards(IpFamily family, List<Cidr> subnets, String key) {
        subnets.stream()
                .map(Cidr::network)
                .filter(subnet -> subnet.family() == family)
                .forEach(subnet -> pod(Rule.to(subnet, toOverlay(), NicTables.OVERLAY), key));
    }

    private void main(IpFamily family) {
        List<Route> own = defaults(family, routes.of(nic.name(), nicTable, family));
        if (!hasDefault(family) || own.isEmpty()) {
            return;
        }
        boolean owns =
                switch (config.migrateRoute()) {
                    case NEVER -> false;
                    case ALWAYS -> true;
                    case AUTO -> routes.defaultNics(family).stream().noneMatch(this::isLater);
                };
        if (owns) {
            own.forEach(route ->
                    pod(
                            route.inTable(TableId.MAIN),
                            "migrate_route: the default of main is the newest NIC's"));
            routes.defaultNics(family).stream()
                    .filter(this::isMovable)
                    .forEach(dev -> leaveMain(dev, family));
        }
    }

    private void leaveMain(InterfaceName dev, IpFamily family) {
        for (Route route : routes.defaults(dev, family)) {
            statements.add(
                    Statement.absent(
                            CONTAINER,
                            route.inTable(TableId.MAIN),
                            "migrate_route: the default of " + dev + " is in its own table"));
        }
    }

    private boolean isLater(InterfaceName other) {
        return !other.equals(nic.name()) && tables.isLater(other, nicTable);
    }

    /** A NIC without a table of its own must keep its default in main, or it would have none. */
    private boolean isMovable(InterfaceName other) {
        return !other.equals(nic.name()) && (other.equals(overlayNic) || tables.has(other));
    }

    private Route connected(Cidr address, TableId table) {
        Route route = Route.connected(address.network(), nic.name(), table);
        // The kernel refuses an IPv6 source that is still being checked for duplicates.
        return address.family() == IpFamily.IPV4 ? route.withSource(address.address()) : route;
    }

    private void nodeRoutes(IpFamily family, TableId table) {
        toNode(family, table).forEach(route -> pod(route, "the node is reached by " + overlayNic));
    }

    private List<Route> toNode(IpFamily family, TableId table) {
        return nodeAddresses(family).stream()
                .map(address -> Route.connected(address.toHostCidr(), overlayNic, table))
                .toList();
    }

    private List<IpAddress> nodeAddresses(IpFamily family) {
        return hostEnd == null ? List.of() : NodeAddresses.of(seen.host(), family);
    }

    private void pod(KernelObject object, String why) {
        add(CONTAINER, object, why);
    }

    /** A wish that is stated already is not stated again. */
    private void add(Where where, KernelObject object, String why) {
        if (statements.stream().noneMatch(s -> s.where() == where && s.object().equals(object))) {
            statements.add(Statement.present(where, object, why));
        }
    }
}

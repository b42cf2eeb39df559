package io.metaplugins.pod;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The routes of a pod's NICs, whether the kernel still has them in main or we have put them into
 * the NIC's own table: so a plan comes out the same before and after it was carried out.
 */
public final class NicRoutes {
    private final List<Route> routes;
    private final List<Address> addresses;

    public NicRoutes(Snapshot container) {
        this.routes =
                container.all(Route.class).stream()
                        .filter(route -> route.type() == Route.Type.UNICAST && route.dev() != null)
                        .toList();
        this.addresses = container.all(Address.class);
    }

    /**
     * All routes of the NIC as its own table shall have them, those that lead to gateways last.
     * Without IPv6's link-local and multicast ones, which are looked up by interface.
     */
    public List<Route> of(InterfaceName nic, TableId own, IpFamily family) {
        List<Route> found = new ArrayList<>();
        routes.stream()
                .filter(route -> nic.equals(route.dev()) && route.family() == family)
                .filter(route -> route.table().equals(TableId.MAIN) || route.table().equals(own))
                .filter(route -> family == IpFamily.IPV4 || !isInterfaceLocal(route.destination()))
                .map(route -> route.inTable(own).withProtocol(null))
                .sorted(NicRoutes::compare)
                .filter(route -> found.stream().noneMatch(route::coversSameWayAs))
                .forEach(found::add);
        return found;
    }

    /** The kernel wants the way to a gateway before the route that leads to it. */
    private static int compare(Route one, Route other) {
        int order = Boolean.compare(one.via() != null, other.via() != null);
        if (order == 0) {
            order = one.destination().compareTo(other.destination());
        }
        return order == 0 ? Long.compare(one.effectiveMetric(), other.effectiveMetric()) : order;
    }

    private static boolean isInterfaceLocal(Cidr destination) {
        IpAddress address = destination.address();
        return address.isLinkLocal() || address.isMulticast();
    }

    /** The addresses of the NIC that others may send to. */
    public List<IpAddress> addresses(InterfaceName nic, IpFamily family) {
        return addresses.stream()
                .filter(address -> address.dev().equals(nic) && address.scope() == Scope.GLOBAL)
                .map(address -> address.cidr().address())
                .filter(address -> address.family() == family)
                .toList();
    }

    /** The NICs that have a default route in main or in a table of their own, by name. */
    public List<InterfaceName> defaultNics(IpFamily family) {
        return defaults(family).stream()
                .map(Route::dev)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }

    /** The default routes of a NIC, as wishes that name the way and nothing else. */
    public List<Route> defaults(InterfaceName nic, IpFamily family) {
        return defaults(family).stream()
                .filter(route -> nic.equals(route.dev()))
                .map(Route::bare)
                .map(route -> route.inTable(TableId.MAIN))
                .distinct()
                .toList();
    }

    public boolean isDefaultInMain(InterfaceName nic, IpFamily family) {
        return defaults(family).stream()
                .anyMatch(route -> nic.equals(route.dev()) && route.table().equals(TableId.MAIN));
    }

    private List<Route> defaults(IpFamily family) {
        return routes.stream()
                .filter(route -> route.isDefault() && route.family() == family)
                .filter(route -> route.table().compareTo(TableId.MAIN) <= 0)
                .toList();
    }

    /** Whether the route's destination has no other way in that table yet. */
    public boolean mayAdd(Route wish) {
        return routes.stream()
                .filter(route -> route.table().equals(wish.table()))
                .filter(route -> route.destination().equals(wish.destination()))
                .allMatch(wish::coversSameWayAs);
    }

    /**
     * The NICs with IPv4 addresses besides the overlay's, this one last, if there are several. They
     * may be on one wire, in one subnet or in two, and then each must keep to its own address in
     * ARP.
     */
    public List<InterfaceName> several(ChainedNic nic, InterfaceName overlay) {
        List<InterfaceName> nics = new ArrayList<>();
        addresses.stream()
                .filter(address -> address.cidr().family() == IpFamily.IPV4)
                .filter(address -> !address.cidr().address().isLoopback())
                .map(Address::dev)
                .filter(dev -> !dev.equals(nic.name()) && !dev.equals(overlay))
                .distinct()
                .forEach(nics::add);
        if (!nics.isEmpty()) {
            nics.add(nic.name());
        }
        return nics;
    }
}

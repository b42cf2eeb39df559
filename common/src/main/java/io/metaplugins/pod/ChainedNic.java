package io.metaplugins.pod;

import io.metaplugins.kernel.Route;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The NIC that the plugins before us in the chain made, as their result tells.
 *
 * @param name {@code CNI_IFNAME}
 * @param addresses with the prefix of the underlay's subnet
 * @param gateways of the addresses; may be empty
 * @param defaults the families of which the result has a default route
 */
public record ChainedNic(
        InterfaceName name,
        List<Cidr> addresses,
        List<IpAddress> gateways,
        Set<IpFamily> defaults) {

    public ChainedNic {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        defaults = Set.copyOf(defaults);
    }

    /** The families that the NIC has addresses of, IPv4 first. */
    public Set<IpFamily> families() {
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        addresses.forEach(address -> families.add(address.family()));
        return families;
    }

    public List<Cidr> addresses(IpFamily family) {
        return addresses.stream().filter(address -> address.family() == family).toList();
    }

    /** A route by a gateway on the NIC's link, even if no subnet of the NIC has it. */
    public Route by(IpAddress gateway, Cidr destination, TableId table) {
        boolean onSubnet =
                addresses(gateway.family()).stream().anyMatch(address -> address.contains(gateway));
        return Route.via(destination, gateway, name, table).withOnlink(!onSubnet);
    }
}

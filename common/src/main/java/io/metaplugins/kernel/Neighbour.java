package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ARP or NDP table ({@code struct ndmsg} of {@code linux/neighbour.h}).
 *
 * @param dev the link on which the neighbour is
 * @param address its IP address
 * @param mac its link-layer address; null while it is being asked for
 * @param permanent {@code NUD_PERMANENT}: never asked for and never forgotten
 * @param protocol {@code NDA_PROTOCOL}: who made it; 0 if nobody said; null in a wish that does not
 *     care
 */
public record Neighbour(
        InterfaceName dev,
        IpAddress address,
        @Nullable MacAddress mac,
        boolean permanent,
        @Nullable Integer protocol)
        implements KernelObject {

    /** A wish for an entry that needs no ARP or NDP. */
    public static Neighbour permanent(InterfaceName dev, IpAddress address, MacAddress mac) {
        return new Neighbour(dev, address, mac, true, null);
    }

    public Neighbour withProtocol(@Nullable Integer other) {
        return new Neighbour(dev, address, mac, permanent, other);
    }

    @Override
    public Query query() {
        return new Query.Neighbours(dev);
    }

    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Neighbour neighbour
                && neighbour.dev.equals(dev)
                && neighbour.address.equals(address);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return observed instanceof Neighbour neighbour
                && sameAs(neighbour)
                && Wish.holds(mac, neighbour.mac)
                && (!permanent || neighbour.permanent);
    }

    @Override
    public String toString() {
        return "neigh "
                + address
                + " dev "
                + dev
                + (mac == null ? "" : " lladdr " + mac)
                + (permanent ? " nud permanent" : "");
    }
}

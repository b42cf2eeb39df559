package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network interface ({@code struct ifinfomsg} of {@code linux/rtnetlink.h}, {@code IFLA_*} of
 * {@code linux/if_link.h}).
 *
 * @param name {@code IFLA_IFNAME}
 * @param index the kernel's number; 0 in a wish
 * @param kind {@code IFLA_INFO_KIND}: "veth", "macvlan" …; null for hardware
 * @param address {@code IFLA_ADDRESS}; null if it is none of six bytes
 * @param mtu {@code IFLA_MTU}, bytes
 * @param up {@code IFF_UP}
 * @param loopback {@code IFF_LOOPBACK}
 * @param peerIndex {@code IFLA_LINK}: the other end of a veth, the parent of a macvlan; null if it
 *     has none
 * @param peerNamespace {@code IFLA_LINK_NETNSID}: the id of the namespace that peerIndex counts in;
 *     null if it is this one
 * @param master {@code IFLA_MASTER}: the index of the bridge or bond it is a port of; null if none
 */
public record Link(
        InterfaceName name,
        int index,
        @Nullable String kind,
        @Nullable MacAddress address,
        @Nullable Integer mtu,
        @Nullable Boolean up,
        boolean loopback,
        @Nullable Integer peerIndex,
        @Nullable Integer peerNamespace,
        @Nullable Integer master)
        implements KernelObject {

    /** A wish for the link of that name to have this MAC address. */
    public static Link withAddress(InterfaceName name, MacAddress address) {
        return new Link(name, 0, null, address, null, null, false, null, null, null);
    }

    @Override
    public Query query() {
        return new Query.LinkNamed(name);
    }

    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Link link && link.name.equals(name);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return observed instanceof Link link
                && link.name.equals(name)
                && Wish.holds(kind, link.kind)
                && Wish.holds(address, link.address)
                && Wish.holds(mtu, link.mtu)
                && Wish.holds(up, link.up);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("link ").append(name);
        if (address != null) {
            text.append(" address ").append(address);
        }
        if (mtu != null) {
            text.append(" mtu ").append(mtu);
        }
        if (up != null) {
            text.append(Objects.equals(up, true) ? " up" : " down");
        }
        return text.toString();
    }
}

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
 * @param txQueueLength {@code IFLA_TXQLEN}, packets
 * @param peer the other end of a veth that is to be made; null in all that is read
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
        @Nullable Integer master,
        @Nullable Integer txQueueLength,
        @Nullable Peer peer)
        implements KernelObject {
    private static final String VETH = "veth";

    /** The other end of a veth pair, which is made in the container, and down. */
    public record Peer(InterfaceName name, MacAddress address) {}

    /** A wish for the link of that name to have this MAC address. */
    public static Link withAddress(InterfaceName name, MacAddress address) {
        return wish(name, null, address, null, null, null, null);
    }

    /** A wish for the link of that name to have a transmit queue of so many packets. */
    public static Link withTxQueueLength(InterfaceName name, int packets) {
        return wish(name, null, null, null, null, packets, null);
    }

    /** A wish for the link to be up and have this MAC address and MTU (bytes). */
    public static Link up(InterfaceName name, MacAddress address, @Nullable Integer mtu) {
        return wish(name, null, address, mtu, true, null, null);
    }

    /** A wish for a veth pair: this end, which is up, and the other one, of the same MTU. */
    public static Link pair(
            InterfaceName name, MacAddress address, @Nullable Integer mtu, Peer peer) {
        return wish(name, VETH, address, mtu, true, null, peer);
    }

    private static Link wish(
            InterfaceName name,
            @Nullable String kind,
            @Nullable MacAddress address,
            @Nullable Integer mtu,
            @Nullable Boolean up,
            @Nullable Integer txQueueLength,
            @Nullable Peer peer) {
        return new Link(
                name, 0, kind, address, mtu, up, false, null, null, null, txQueueLength, peer);
    }

    /** What is there, reduced to what the wish states: all that a change may touch. */
    public Link inTermsOf(Link wish) {
        return wish(
                name,
                null,
                wish.address == null ? null : address,
                wish.mtu == null ? null : mtu,
                wish.up == null ? null : up,
                wish.txQueueLength == null ? null : txQueueLength,
                null);
    }

    /** What this is once the wish is fulfilled: the fields that the wish states are the wish's. */
    public Link changedBy(Link wish) {
        return new Link(
                name,
                index,
                kind,
                wish.address == null ? address : wish.address,
                wish.mtu == null ? mtu : wish.mtu,
                wish.up == null ? up : wish.up,
                loopback,
                peerIndex,
                peerNamespace,
                master,
                wish.txQueueLength == null ? txQueueLength : wish.txQueueLength,
                null);
    }

    @Override
    public InterfaceName dev() {
        return name;
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
                && Wish.holds(up, link.up)
                && Wish.holds(txQueueLength, link.txQueueLength);
    }

    /** Wishes for one link may be about different fields of it. */
    @Override
    public boolean contradicts(KernelObject other) {
        return other instanceof Link link
                && link.name.equals(name)
                && (Wish.differs(kind, link.kind)
                        || Wish.differs(address, link.address)
                        || Wish.differs(mtu, link.mtu)
                        || Wish.differs(up, link.up)
                        || Wish.differs(txQueueLength, link.txQueueLength));
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
        if (txQueueLength != null) {
            text.append(" txqueuelen ").append(txQueueLength);
        }
        if (up != null) {
            text.append(Objects.equals(up, true) ? " up" : " down");
        }
        if (peer != null) {
            text.append(" type veth peer ").append(peer.name());
        }
        return text.toString();
    }
}

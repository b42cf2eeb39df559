package io.metaplugins.netlink;

import io.metaplugins.kernel.Link;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Links in bytes: {@code struct ifinfomsg}, and {@code IFLA_*} of {@code linux/if_link.h}. */
public final class LinkCodec {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    static final int HEADER_BYTES = 16;

    private static final int IFF_UP = 0x1;
    private static final int IFF_LOOPBACK = 0x8;

    private static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_TARGET_NETNSID = 46;

    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;

    /** {@code linux/veth.h}: another {@code struct ifinfomsg} with its attributes. */
    private static final int VETH_INFO_PEER = 1;

    /** Nobody here reads the counters of IPv6. */
    private static final long RTEXT_FILTER_SKIP_STATS = 8;

    private static final int MAC_BYTES = 6;

    /** A request for all links ({@code ip link}). */
    public Message dump() {
        return Message.request(RTM_GETLINK, Message.NLM_F_DUMP, query(0).payload());
    }

    /** A request for the link of that name ({@code ip link show dev NAME}). */
    public Message get(InterfaceName name) {
        return Message.request(
                RTM_GETLINK, 0, query(0).string(IFLA_IFNAME, name.value()).payload());
    }

    /** A request for the link of that number. */
    public Message get(int index) {
        return Message.request(RTM_GETLINK, 0, query(index).payload());
    }

    /** A request for the link of that name in the namespace that has this number for the asker. */
    Message get(int namespace, InterfaceName name) {
        return Message.request(
                RTM_GETLINK,
                0,
                query(0).u32(IFLA_TARGET_NETNSID, namespace)
                        .string(IFLA_IFNAME, name.value())
                        .payload());
    }

    private static AttributeWriter query(int index) {
        return new AttributeWriter(header(index, 0, 0)).u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    /** Changes what the wish states of the link of that number ({@code ip link set}). */
    public Message set(Link wish, int index) {
        return Message.request(RTM_NEWLINK, 0, stated(wish, index).payload());
    }

    private static AttributeWriter stated(Link wish, int index) {
        boolean up = Objects.equals(wish.up(), true);
        AttributeWriter writer =
                new AttributeWriter(header(index, up ? IFF_UP : 0, wish.up() == null ? 0 : IFF_UP));
        if (wish.address() != null) {
            writer.bytes(IFLA_ADDRESS, wish.address().bytes());
        }
        if (wish.mtu() != null) {
            writer.u32(IFLA_MTU, wish.mtu());
        }
        if (wish.txQueueLength() != null) {
            writer.u32(IFLA_TXQLEN, wish.txQueueLength());
        }
        return writer;
    }

    /**
     * Makes a veth pair ({@code ip link add type veth}). MAC addresses are stated, since udev gives
     * others to interfaces that have random ones.
     *
     * @param netns the descriptor of the namespace that the peer is made in
     */
    public Message addPair(Link wish, Link.Peer peer, int netns, int flags) {
        AttributeWriter writer = stated(wish, 0).string(IFLA_IFNAME, wish.name().value());
        int info = writer.begin(IFLA_LINKINFO);
        writer.string(IFLA_INFO_KIND, "veth");
        int data = writer.begin(IFLA_INFO_DATA);
        int other = writer.begin(VETH_INFO_PEER);
        // It cannot be up from the start: it is made before this end is.
        writer.append(header(0, 0, 0))
                .string(IFLA_IFNAME, peer.name().value())
                .bytes(IFLA_ADDRESS, peer.address().bytes())
                .u32(IFLA_NET_NS_FD, netns);
        if (wish.mtu() != null) {
            writer.u32(IFLA_MTU, wish.mtu());
        }
        writer.end(other).end(data).end(info);
        return Message.request(RTM_NEWLINK, flags, writer.payload());
    }

    /** Removes the link of that number ({@code ip link delete}). */
    public Message delete(int index) {
        return Message.request(RTM_DELLINK, 0, new AttributeWriter(header(index, 0, 0)).payload());
    }

    static ByteBuffer header(int index, int flags, int change) {
        // family, padding, type; index; flags; which of the flags are meant
        return AttributeWriter.header(HEADER_BYTES)
                .putInt(4, index)
                .putInt(8, flags)
                .putInt(12, change);
    }

    /**
     * Reads a link.
     *
     * @return null if its name is one that {@link InterfaceName} cannot hold (a control character)
     * @throws MalformedMessageException if the message is not a link
     */
    public @Nullable Link read(Message message) {
        if (message.type() != RTM_NEWLINK) {
            throw new MalformedMessageException("no link: message of type " + message.type());
        }
        AttributeReader attributes = AttributeReader.of(message, HEADER_BYTES);
        int index = message.payload().getInt(4);
        int flags = message.payload().getInt(8);
        InterfaceName name = null;
        String kind = null;
        MacAddress address = null;
        Integer mtu = null;
        Integer peerIndex = null;
        Integer peerNamespace = null;
        Integer master = null;
        Integer txQueueLength = null;
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFLA_IFNAME -> name = name(attributes.string());
                case IFLA_LINKINFO -> kind = kind(attributes.nested());
                case IFLA_ADDRESS -> address = mac(attributes);
                case IFLA_MTU -> mtu = attributes.s32();
                case IFLA_LINK -> peerIndex = positive(attributes.s32());
                case IFLA_LINK_NETNSID -> peerNamespace = attributes.s32();
                case IFLA_MASTER -> master = positive(attributes.s32());
                case IFLA_TXQLEN -> txQueueLength = attributes.s32();
                default -> {}
            }
        }
        if (name == null) {
            return null;
        }
        return new Link(
                name,
                index,
                kind,
                address,
                mtu,
                (flags & IFF_UP) != 0,
                (flags & IFF_LOOPBACK) != 0,
                peerIndex,
                peerNamespace,
                master,
                txQueueLength,
                null);
    }

    /** A name that the kernel gave; null if it is one that we have no value for. */
    static @Nullable InterfaceName name(String text) {
        try {
            return new InterfaceName(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String kind(AttributeReader info) {
        while (info.next()) {
            if (info.type() == IFLA_INFO_KIND) {
                return info.string();
            }
        }
        return null;
    }

    static @Nullable MacAddress mac(AttributeReader attribute) {
        return attribute.length() == MAC_BYTES ? MacAddress.ofBytes(attribute.bytes()) : null;
    }

    /** Tunnels say 0 where they stand on no link. */
    private static @Nullable Integer positive(int index) {
        return index > 0 ? index : null;
    }
}

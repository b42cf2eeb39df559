package io.metaplugins.netlink;

import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Owner;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Neighbours in bytes: {@code struct ndmsg} and {@code NDA_*} of {@code linux/neighbour.h}. */
public final class NeighbourCodec {
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_DELNEIGH = 29;
    private static final int RTM_GETNEIGH = 30;

    private static final int HEADER_BYTES = 12;

    private static final int NTF_PROXY = 0x08;

    private static final int NUD_NONE = 0x00;
    private static final int NUD_STALE = 0x04;
    private static final int NUD_NOARP = 0x40;
    private static final int NUD_PERMANENT = 0x80;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_IFINDEX = 8;
    private static final int NDA_PROTOCOL = 12;

    private final Interfaces interfaces;

    public NeighbourCodec(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /** A request for the neighbours of both families on a link ({@code ip neigh show dev}). */
    public Message dump(int index) {
        return Message.request(
                RTM_GETNEIGH,
                Message.NLM_F_DUMP,
                new AttributeWriter(AttributeWriter.header(HEADER_BYTES))
                        .u32(NDA_IFINDEX, index)
                        .payload());
    }

    /** Adds a neighbour ({@code ip neigh add}), ours unless it says whose. */
    public Message add(Neighbour neighbour, int flags) {
        int protocol = Objects.requireNonNullElse(neighbour.protocol(), Owner.PROTOCOL);
        AttributeWriter writer =
                new AttributeWriter(header(neighbour, state(neighbour)))
                        .u8(NDA_PROTOCOL, protocol)
                        .address(NDA_DST, neighbour.address());
        MacAddress mac = neighbour.mac();
        if (mac != null) {
            writer.bytes(NDA_LLADDR, mac.bytes());
        }
        return Message.request(RTM_NEWNEIGH, flags, writer.payload());
    }

    /** Removes a neighbour ({@code ip neigh delete}). */
    public Message delete(Neighbour neighbour) {
        return Message.request(
                RTM_DELNEIGH,
                0,
                new AttributeWriter(header(neighbour, NUD_NONE))
                        .address(NDA_DST, neighbour.address())
                        .payload());
    }

    /** An entry that was learnt once may be old by now: STALE has it verified when it is used. */
    private static int state(Neighbour neighbour) {
        if (neighbour.permanent()) {
            return NUD_PERMANENT;
        }
        return neighbour.mac() == null ? NUD_NONE : NUD_STALE;
    }

    private ByteBuffer header(Neighbour neighbour, int state) {
        // family, padding; index; state, flags, type
        return AttributeWriter.header(HEADER_BYTES)
                .put(0, (byte) neighbour.address().family().number())
                .putInt(4, interfaces.index(neighbour.dev()))
                .putShort(8, (short) state);
    }

    /**
     * Reads a neighbour.
     *
     * @return null for what is none that could be asked for: a proxy's entry, a multicast address
     *     and the like (NOARP), another family's, or one whose interface is gone
     * @throws MalformedMessageException if the message is not a neighbour
     */
    public @Nullable Neighbour read(Message message) {
        if (message.type() != RTM_NEWNEIGH) {
            throw new MalformedMessageException("no neighbour: message of type " + message.type());
        }
        AttributeReader attributes = AttributeReader.of(message, HEADER_BYTES);
        ByteBuffer header = message.payload();
        int state = Short.toUnsignedInt(header.getShort(8));
        if ((header.get(10) & NTF_PROXY) != 0 || (state & NUD_NOARP) != 0) {
            return null;
        }
        IpFamily family = Families.of(header.get(0));
        IpAddress address = null;
        MacAddress mac = null;
        int protocol = 0;
        while (attributes.next()) {
            switch (attributes.type()) {
                case NDA_DST -> address = attributes.address(family);
                case NDA_LLADDR -> mac = LinkCodec.mac(attributes);
                case NDA_PROTOCOL -> protocol = attributes.u8();
                default -> {}
            }
        }
        if (address == null) {
            throw new MalformedMessageException("a neighbour without an address");
        }
        InterfaceName dev = interfaces.name(header.getInt(4));
        return dev == null
                ? null
                : new Neighbour(dev, address, mac, (state & NUD_PERMANENT) != 0, protocol);
    }
}

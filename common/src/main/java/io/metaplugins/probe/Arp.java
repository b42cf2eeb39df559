package io.metaplugins.probe;

import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** ARP for IPv4 on Ethernet, RFC 826. */
final class Arp {
    /** {@code ETH_P_ARP} of {@code linux/if_ether.h}. */
    static final short PROTOCOL = 0x0806;

    static final IpAddress NOBODY = new IpAddress(IpFamily.IPV4, 0, 0);

    // linux/if_arp.h
    private static final short ARPOP_REQUEST = 1;
    private static final short ARPOP_REPLY = 2;

    /** Ethernet (1), IPv4 (0x0800), and the lengths of their addresses. */
    private static final long KIND = 0x0001_0800_0604L << 16;

    private static final MacAddress UNKNOWN = new MacAddress(0);

    private static final int PAYLOAD = 28;
    private static final int OPERATION = Ethernet.HEADER + 6;
    private static final int SENDER_MAC = Ethernet.HEADER + 8;
    private static final int SENDER = Ethernet.HEADER + 14;
    private static final int TARGET = Ethernet.HEADER + 24;

    private Arp() {}

    /** The question who has an address; from {@link #NOBODY} it is a RFC 5227 probe. */
    static ByteBuffer request(MacAddress own, IpAddress from, IpAddress target) {
        return frame(ARPOP_REQUEST, own, from, UNKNOWN, target);
    }

    /** The gratuitous request: an announcement as RFC 5227 has it. */
    static ByteBuffer announcement(MacAddress own, IpAddress address) {
        return request(own, address, address);
    }

    /** The gratuitous reply (RFC 5944, 4.6), whose target is its sender. */
    static ByteBuffer gratuitousReply(MacAddress own, IpAddress address) {
        return frame(ARPOP_REPLY, own, address, own, address);
    }

    private static ByteBuffer frame(
            short operation, MacAddress own, IpAddress from, MacAddress targetMac, IpAddress to) {
        ByteBuffer frame = Ethernet.frame(Ethernet.BROADCAST, own, PROTOCOL, PAYLOAD);
        frame.putLong(KIND | operation);
        Ethernet.put(frame, own);
        frame.putInt((int) from.low());
        Ethernet.put(frame, targetMac);
        return frame.putInt((int) to.low()).flip();
    }

    /**
     * RFC 5227, 2.1.1: who sends from an address uses it, and who probes for one is about to.
     *
     * @return null if it is neither, or malformed
     */
    static @Nullable Sighting read(ByteBuffer frame) {
        if (frame.limit() < Ethernet.HEADER + PAYLOAD
                || (frame.getLong(Ethernet.HEADER) & ~0xffffL) != KIND) {
            return null;
        }
        short operation = frame.getShort(OPERATION);
        IpAddress sender = address(frame, SENDER);
        MacAddress holder = Ethernet.mac(frame, SENDER_MAC);
        if (operation == ARPOP_REQUEST) {
            return sender.isUnspecified()
                    ? new Sighting(address(frame, TARGET), holder, Evidence.ARP_PROBE)
                    : new Sighting(sender, holder, Evidence.ARP_REQUEST);
        }
        boolean reply = operation == ARPOP_REPLY && !sender.isUnspecified();
        return reply ? new Sighting(sender, holder, Evidence.ARP_REPLY) : null;
    }

    private static IpAddress address(ByteBuffer frame, int at) {
        return new IpAddress(IpFamily.IPV4, 0, Integer.toUnsignedLong(frame.getInt(at)));
    }
}

package io.metaplugins.probe;

import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Neighbour solicitations and advertisements of IPv6, RFC 4861. */
final class Ndp {
    /** {@code ETH_P_IPV6} of {@code linux/if_ether.h}. */
    static final short PROTOCOL = (short) 0x86dd;

    static final IpAddress NOBODY = new IpAddress(IpFamily.IPV6, 0, 0);

    /** {@code ff02::1}. */
    static final IpAddress ALL_NODES = new IpAddress(IpFamily.IPV6, 0xff02L << 48, 1);

    static final byte ICMPV6 = 58;
    static final byte SOLICITATION = (byte) 135;
    static final byte ADVERTISEMENT = (byte) 136;
    private static final byte SOURCE_ADDRESS = 1;
    private static final byte TARGET_ADDRESS = 2;
    private static final int OVERRIDE = 0x2000_0000;

    /** The hop limit of a message that no router has passed on. */
    private static final byte ON_LINK = (byte) 255;

    private static final int VERSION = Ethernet.HEADER;
    private static final int LENGTH = Ethernet.HEADER + 4;
    static final int NEXT_HEADER = Ethernet.HEADER + 6;
    private static final int HOP_LIMIT = Ethernet.HEADER + 7;
    private static final int SOURCE = Ethernet.HEADER + 8;
    private static final int DESTINATION = Ethernet.HEADER + 24;
    static final int MESSAGE = Ethernet.HEADER + 40;
    private static final int CODE = MESSAGE + 1;
    private static final int CHECKSUM = MESSAGE + 2;
    private static final int TARGET = MESSAGE + 8;
    private static final int OPTIONS = MESSAGE + 24;
    private static final int OPTION_UNIT = 8;

    private Ndp() {}

    /** The group {@code ff02::1:ffxx:xxxx} that the holder of an address listens to. */
    static IpAddress solicitedNode(IpAddress address) {
        return new IpAddress(
                IpFamily.IPV6, 0xff02L << 48, 0x1_ff00_0000L | (address.low() & 0xff_ffffL));
    }

    /**
     * The question who has an address; from {@link #NOBODY} it is a RFC 4862 probe, which does not
     * tell where the answer should go to.
     */
    static ByteBuffer solicitation(MacAddress own, IpAddress from, IpAddress target) {
        byte option = from.isUnspecified() ? 0 : SOURCE_ADDRESS;
        return frame(own, from, solicitedNode(target), SOLICITATION, 0, target, option);
    }

    /** The unsolicited advertisement that replaces what all nodes know, RFC 4861, 7.2.6. */
    static ByteBuffer announcement(MacAddress own, IpAddress address) {
        return frame(own, address, ALL_NODES, ADVERTISEMENT, OVERRIDE, address, TARGET_ADDRESS);
    }

    private static ByteBuffer frame(
            MacAddress own,
            IpAddress from,
            IpAddress group,
            byte type,
            int flags,
            IpAddress target,
            byte option) {
        int length = OPTIONS - MESSAGE + (option == 0 ? 0 : OPTION_UNIT);
        ByteBuffer frame = Ethernet.frame(Ethernet.multicast(group), own, PROTOCOL, 40 + length);
        frame.putInt(6 << 28).putShort((short) length).put(ICMPV6).put(ON_LINK);
        put(frame, from);
        put(frame, group);
        frame.putInt(Byte.toUnsignedInt(type) << 24).putInt(flags);
        put(frame, target);
        if (option != 0) {
            frame.put(option).put((byte) 1);
            Ethernet.put(frame, own);
        }
        frame.flip();
        return frame.putShort(CHECKSUM, checksum(frame, length));
    }

    private static void put(ByteBuffer frame, IpAddress address) {
        frame.putLong(address.high()).putLong(address.low());
    }

    /**
     * The Internet checksum of message and pseudo header (RFC 8200, 8.1); 0 if the message has the
     * right one in it.
     */
    private static short checksum(ByteBuffer frame, int length) {
        int sum = length + ICMPV6;
        int end = MESSAGE + length;
        for (int at = SOURCE; at < end - 1; at += Short.BYTES) {
            sum += Short.toUnsignedInt(frame.getShort(at));
        }
        if (length % Short.BYTES != 0) {
            sum += Byte.toUnsignedInt(frame.get(end - 1)) << Byte.SIZE;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    /**
     * Who advertises an address holds it, and who solicits it from {@code ::} probes for it. What
     * RFC 4861, 7.1, calls invalid is ignored.
     *
     * @return null if it is neither, or malformed
     */
    static @Nullable Sighting read(ByteBuffer frame) {
        if (frame.limit() < OPTIONS || !isMessage(frame)) {
            return null;
        }
        IpAddress target = address(frame, TARGET);
        int end = MESSAGE + Short.toUnsignedInt(frame.getShort(LENGTH));
        if (target.isMulticast() || !areOptions(frame, end)) {
            return null;
        }
        return switch (frame.get(MESSAGE)) {
            case ADVERTISEMENT -> advertised(frame, target, option(frame, end, TARGET_ADDRESS));
            case SOLICITATION -> solicited(frame, target, option(frame, end, SOURCE_ADDRESS));
            default -> null;
        };
    }

    private static Sighting advertised(
            ByteBuffer frame, IpAddress target, @Nullable MacAddress stated) {
        MacAddress holder = stated == null ? Ethernet.source(frame) : stated;
        return new Sighting(target, holder, Evidence.ADVERTISEMENT);
    }

    private static @Nullable Sighting solicited(
            ByteBuffer frame, IpAddress target, @Nullable MacAddress stated) {
        boolean probe =
                stated == null
                        && address(frame, SOURCE).isUnspecified()
                        && address(frame, DESTINATION).equals(solicitedNode(target));
        return probe
                ? new Sighting(target, Ethernet.source(frame), Evidence.DAD_SOLICITATION)
                : null;
    }

    private static boolean isMessage(ByteBuffer frame) {
        int length = Short.toUnsignedInt(frame.getShort(LENGTH));
        return (frame.get(VERSION) & 0xf0) == 6 << 4
                && frame.get(NEXT_HEADER) == ICMPV6
                && frame.get(HOP_LIMIT) == ON_LINK
                && length >= OPTIONS - MESSAGE
                && MESSAGE + length <= frame.limit()
                && frame.get(CODE) == 0
                && checksum(frame, length) == 0;
    }

    /** Whether all options are whole. */
    private static boolean areOptions(ByteBuffer frame, int end) {
        int at = OPTIONS;
        while (end - at >= OPTION_UNIT && frame.get(at + 1) != 0) {
            at += Byte.toUnsignedInt(frame.get(at + 1)) * OPTION_UNIT;
        }
        return at == end;
    }

    /** The MAC address in the first option of a type; null if there is none. */
    private static @Nullable MacAddress option(ByteBuffer frame, int end, byte type) {
        int at = OPTIONS;
        while (at < end) {
            if (frame.get(at) == type) {
                return Ethernet.mac(frame, at + 2);
            }
            at += Byte.toUnsignedInt(frame.get(at + 1)) * OPTION_UNIT;
        }
        return null;
    }

    private static IpAddress address(ByteBuffer frame, int at) {
        return new IpAddress(IpFamily.IPV6, frame.getLong(at), frame.getLong(at + Long.BYTES));
    }
}

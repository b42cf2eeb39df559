package io.metaplugins.probe;

import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Ethernet frames: six bytes to, six bytes from, two bytes that tell the protocol. */
final class Ethernet {
    static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
    static final int HEADER = 14;

    private static final int SOURCE = 6;
    static final int PROTOCOL = 12;

    private Ethernet() {}

    /** A frame with its header filled in, positioned behind it. */
    static ByteBuffer frame(MacAddress to, MacAddress from, short protocol, int payload) {
        ByteBuffer frame = ByteBuffer.allocateDirect(HEADER + payload);
        put(frame, to);
        put(frame, from);
        return frame.putShort(protocol);
    }

    /** Of a multicast group of IPv6 (RFC 2464): 33:33 and the group's last 32 bits. */
    static MacAddress multicast(IpAddress group) {
        return new MacAddress(0x3333_0000_0000L | (group.low() & 0xffff_ffffL));
    }

    static void put(ByteBuffer frame, MacAddress address) {
        frame.putShort((short) (address.value() >>> 32)).putInt((int) address.value());
    }

    static MacAddress mac(ByteBuffer frame, int at) {
        long upper = Short.toUnsignedLong(frame.getShort(at));
        return new MacAddress(
                (upper << 32) | Integer.toUnsignedLong(frame.getInt(at + Short.BYTES)));
    }

    static MacAddress source(ByteBuffer frame) {
        return mac(frame, SOURCE);
    }

    /**
     * What a frame tells about others.
     *
     * @param frame from 0 to its limit
     * @param nic frames from its own addresses are ours, come back; so are tales about them
     * @return null if it tells nothing, or is malformed
     */
    static @Nullable Sighting read(ByteBuffer frame, Nic nic) {
        if (frame.limit() < HEADER || nic.isOwn(source(frame))) {
            return null;
        }
        Sighting seen =
                switch (frame.getShort(PROTOCOL)) {
                    case Arp.PROTOCOL -> Arp.read(frame);
                    case Ndp.PROTOCOL -> Ndp.read(frame);
                    default -> null;
                };
        return seen == null || nic.isOwn(seen.holder()) ? null : seen;
    }
}

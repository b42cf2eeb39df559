package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A packet as far as rules and routes look at it.
 *
 * @param destination where it shall go
 * @param source its address; null if the way decides which it gets
 * @param mark {@code SO_MARK}, or what nf_tables gave it, unsigned 32 bits; 0 for none
 * @param iif the interface that it came in by; null if it is the namespace's own
 */
public record Packet(
        IpAddress destination, @Nullable IpAddress source, long mark, @Nullable InterfaceName iif) {

    public Packet {
        if (source != null && source.family() != destination.family()) {
            throw new IllegalArgumentException(
                    "a packet from " + source + " to " + destination + ": mixed families");
        }
    }

    public Packet withSource(IpAddress other) {
        return new Packet(destination, other, mark, iif);
    }

    @Override
    public String toString() {
        return "packet"
                + (source == null ? "" : " from " + source)
                + " to "
                + destination
                + (mark == 0 ? "" : " mark 0x" + Long.toHexString(mark))
                + (iif == null ? "" : " iif " + iif);
    }
}

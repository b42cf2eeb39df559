package io.metaplugins.pod;

import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;

/**
 * The first two bytes of a MAC address, whose other four are the last four of an IP address, so
 * that a person sees one in the other.
 *
 * @param value 16 bits
 */
public record MacPrefix(int value) {
    private static final int MULTICAST = 0x0100;

    /**
     * Parses {@code aa:bb} or {@code aa-bb}.
     *
     * @throws IllegalArgumentException if the text is not of that form, or means a group address
     */
    public static MacPrefix parse(String text) {
        boolean formed = text.length() == 5 && (text.charAt(2) == ':' || text.charAt(2) == '-');
        if (!formed) {
            throw new IllegalArgumentException("'" + text + "' is not of the form aa:bb or aa-bb");
        }
        MacAddress address =
                MacAddress.parse(
                        text + text.charAt(2) + "00:00:00:00".replace(':', text.charAt(2)));
        int prefix = (int) (address.value() >>> 32);
        if ((prefix & MULTICAST) != 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is the prefix of multicast addresses");
        }
        return new MacPrefix(prefix);
    }

    /** The MAC address of the NIC that has this as its first address. */
    public MacAddress addressFor(IpAddress address) {
        return new MacAddress(((long) value << 32) | (address.low() & 0xffff_ffffL));
    }
}

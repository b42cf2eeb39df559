package io.metaplugins.net;

import java.util.HexFormat;

/**
 * A 48-bit Ethernet address.
 *
 * @param value the 48 bits, first byte on the wire uppermost
 */
public record MacAddress(long value) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
    private static final int BYTES = 6;

    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits");
        }
    }

    /**
     * Parses six bytes in hexadecimal, between colons or between hyphens.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static MacAddress parse(String text) {
        try {
            return ofBytes(COLONS.parseHex(text.indexOf('-') < 0 ? text : text.replace('-', ':')));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address", e);
        }
    }

    /**
     * The address as the kernel has it.
     *
     * @throws IllegalArgumentException if there are not six bytes
     */
    public static MacAddress ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        long value = 0;
        for (byte each : bytes) {
            value = (value << Byte.SIZE) | Byte.toUnsignedLong(each);
        }
        return new MacAddress(value);
    }

    /** The six bytes in the order of the wire. */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        for (int index = 0; index < BYTES; index++) {
            bytes[index] = (byte) (value >>> ((BYTES - 1 - index) * Byte.SIZE));
        }
        return bytes;
    }

    /** Whether the group bit is set: such an address cannot be an interface's own. */
    public boolean isMulticast() {
        return ((value >>> 40) & 1) != 0;
    }

    /** Six bytes in lower-case hexadecimal between colons, as {@code ip} prints it. */
    @Override
    public String toString() {
        return COLONS.formatHex(bytes());
    }
}

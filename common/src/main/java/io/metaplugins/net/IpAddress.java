package io.metaplugins.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address. An own value, since {@link InetAddress} silently turns the IPv6 address
 * {@code ::ffff:192.0.2.1} into the IPv4 address {@code 192.0.2.1}.
 *
 * @param family says how many of the bits count
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 */
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {
    private static final long IPV4_MAPPED = 0xffff;

    public IpAddress {
        if (family == IpFamily.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /**
     * Parses an address literal: dotted decimal with four parts, or RFC 4291 text without a zone.
     *
     * @throws IllegalArgumentException if the text is not an address literal
     */
    public static IpAddress parse(String text) {
        try {
            if (isDottedDecimal(text)) {
                return ofBytes(Inet4Address.ofLiteral(text).getAddress());
            }
            if (text.indexOf('%') < 0) {
                byte[] bytes = Inet6Address.ofLiteral(text).getAddress();
                return bytes.length == 4
                        ? new IpAddress(IpFamily.IPV6, 0, (IPV4_MAPPED << 32) | unsignedInt(bytes))
                        : ofBytes(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address", e);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not an IP address: a zone (%) is not allowed");
    }

    /** {@link Inet4Address} takes fewer parts too, and then means other addresses by them. */
    private static boolean isDottedDecimal(String text) {
        int dots = 0;
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '.') {
                dots++;
            } else if (character < '0' || character > '9') {
                return false;
            }
        }
        return dots == 3;
    }

    /**
     * The address in network byte order, as the kernel has it.
     *
     * @throws IllegalArgumentException if there are neither 4 nor 16 bytes
     */
    public static IpAddress ofBytes(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> new IpAddress(IpFamily.IPV4, 0, unsignedInt(bytes));
            case 16 -> {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                yield new IpAddress(IpFamily.IPV6, buffer.getLong(), buffer.getLong());
            }
            default ->
                    throw new IllegalArgumentException(
                            "an IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    private static long unsignedInt(byte[] bytes) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
    }

    /** The address in network byte order: 4 or 16 bytes. */
    public byte[] bytes() {
        return switch (family) {
            case IPV4 -> ByteBuffer.allocate(4).putInt((int) low).array();
            case IPV6 -> ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        };
    }

    public boolean isIpv4() {
        return family == IpFamily.IPV4;
    }

    /** {@code 0.0.0.0} or {@code ::}. */
    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** 127.0.0.0/8 or {@code ::1}. */
    public boolean isLoopback() {
        return isIpv4() ? low >>> 24 == 127 : high == 0 && low == 1;
    }

    /** 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291). */
    public boolean isLinkLocal() {
        return isIpv4() ? low >>> 16 == 0xa9fe : high >>> 54 == 0x3fa;
    }

    /** 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291). */
    public boolean isMulticast() {
        return isIpv4() ? low >>> 28 == 0xe : high >>> 56 == 0xff;
    }

    /** ::ffff:0:0/96 (RFC 4291): an IPv4 address in the clothes of an IPv6 one. */
    boolean isMappedIpv4() {
        return !isIpv4() && high == 0 && low >>> 32 == IPV4_MAPPED;
    }

    /** This address alone, as a prefix: {@code /32} or {@code /128}. */
    public Cidr toHostCidr() {
        return new Cidr(this, family.addressBits());
    }

    @Override
    public int compareTo(IpAddress other) {
        int order = family.compareTo(other.family);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    /** Text as {@code ip} prints it: dotted decimal, or RFC 5952. */
    @Override
    public String toString() {
        if (isIpv4()) {
            return (low >>> 24)
                    + "."
                    + ((low >>> 16) & 255)
                    + "."
                    + ((low >>> 8) & 255)
                    + "."
                    + (low & 255);
        }
        if (isMappedIpv4()) {
            return "::ffff:" + new IpAddress(IpFamily.IPV4, 0, low & 0xffff_ffffL);
        }
        return compress();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> ((3 - index % 4) * 16)) & 0xffff;
    }

    /** RFC 5952 section 4.2: the first longest run of two or more zero groups becomes "::". */
    private String compress() {
        int runStart = 8;
        int runLength = 1;
        for (int start = 0; start < 8; start++) {
            int end = start;
            while (end < 8 && group(end) == 0) {
                end++;
            }
            if (end - start > runLength) {
                runStart = start;
                runLength = end - start;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int index = 0; index < 8; index++) {
            if (index == runStart) {
                text.append("::");
                index += runLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(index)));
        }
        return text.toString();
    }
}

package io.metaplugins.net;

import org.apache.commons.net.util.SubnetUtils;
import org.apache.commons.net.util.SubnetUtils6;

/**
 * An address with the length of its prefix. Bits behind the prefix are kept, so that the value is
 * both {@code 172.18.24.120/16}, an interface's address, and {@code 172.18.0.0/16}, a destination.
 *
 * @param address any address of the prefix
 * @param prefixLength bits, 0 to 32 or 128
 */
public record Cidr(IpAddress address, int prefixLength) implements Comparable<Cidr> {
    public static final Cidr ANY_IPV4 = new Cidr(new IpAddress(IpFamily.IPV4, 0, 0), 0);
    public static final Cidr ANY_IPV6 = new Cidr(new IpAddress(IpFamily.IPV6, 0, 0), 0);

    public Cidr {
        if (prefixLength < 0 || prefixLength > address.family().addressBits()) {
            throw new IllegalArgumentException(
                    "prefix length "
                            + prefixLength
                            + " is not within 0.."
                            + address.family().addressBits());
        }
    }

    /**
     * Parses {@code address/length}.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a CIDR: it has no /length");
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (!length.chars().allMatch(c -> c >= '0' && c <= '9')
                || length.isEmpty()
                || length.length() > 3) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a CIDR: '" + length + "' is no length");
        }
        return new Cidr(address, Integer.parseInt(length));
    }

    /**
     * Everything of a family: {@code 0.0.0.0/0} or {@code ::/0}, which {@code ip} calls default.
     */
    public static Cidr any(IpFamily family) {
        return family == IpFamily.IPV4 ? ANY_IPV4 : ANY_IPV6;
    }

    public IpFamily family() {
        return address.family();
    }

    /** True for the whole family, as a default route's destination is. */
    public boolean isAny() {
        return prefixLength == 0;
    }

    /** True for exactly one address. */
    public boolean isHost() {
        return prefixLength == family().addressBits();
    }

    /** Whether no bit behind the prefix is set, as in a route's destination. */
    public boolean isNetwork() {
        int behind = family().addressBits() - prefixLength;
        return (address.low() & lowest(behind)) == 0
                && (address.high() & lowest(behind - Long.SIZE)) == 0;
    }

    /** A number with that many of its lowest bits set. */
    private static long lowest(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : (1L << bits) - 1;
    }

    /** The prefix with the bits behind it cleared. */
    public Cidr network() {
        if (isNetwork()) {
            return this;
        }
        if (address.isMappedIpv4()) {
            // SubnetUtils6 takes ::ffff:192.0.2.1 for an IPv4 address, and refuses it.
            int behind = family().addressBits() - prefixLength;
            return new Cidr(
                    new IpAddress(
                            IpFamily.IPV6,
                            address.high() & ~lowest(behind - Long.SIZE),
                            address.low() & ~lowest(behind)),
                    prefixLength);
        }
        String network =
                switch (family()) {
                    case IPV4 -> ipv4().getNetworkAddress();
                    case IPV6 -> ipv6().getNetworkAddress();
                };
        return new Cidr(IpAddress.parse(network), prefixLength);
    }

    /** Whether the address is of this family and inside the prefix. */
    public boolean contains(IpAddress candidate) {
        int behind = family().addressBits() - prefixLength;
        long high = (candidate.high() ^ address.high()) & ~lowest(behind - Long.SIZE);
        long low = (candidate.low() ^ address.low()) & ~lowest(behind);
        return candidate.family() == family() && (high | low) == 0;
    }

    /** Whether each address of the other prefix is inside this one. */
    public boolean contains(Cidr other) {
        return other.prefixLength >= prefixLength && contains(other.address);
    }

    private SubnetUtils.SubnetInfo ipv4() {
        SubnetUtils subnet = new SubnetUtils(toString());
        subnet.setInclusiveHostCount(true);
        return subnet.getInfo();
    }

    private SubnetUtils6.SubnetInfo ipv6() {
        return new SubnetUtils6(toString()).getInfo();
    }

    @Override
    public int compareTo(Cidr other) {
        int order = address.compareTo(other.address);
        return order == 0 ? Integer.compare(prefixLength, other.prefixLength) : order;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}

package io.metaplugins.net;

/** The two address families of the Internet, with their numbers in {@code socket.h}. */
public enum IpFamily {
    IPV4(2, 4),
    IPV6(10, 16);

    private final int number;
    private final int addressBytes;

    IpFamily(int number, int addressBytes) {
        this.number = number;
        this.addressBytes = addressBytes;
    }

    /** The value of {@code AF_INET} or {@code AF_INET6}. */
    public int number() {
        return number;
    }

    /** Length of an address, in bytes: 4 or 16. */
    public int addressBytes() {
        return addressBytes;
    }

    /** Length of an address, in bits, which is also the longest prefix: 32 or 128. */
    public int addressBits() {
        return addressBytes * Byte.SIZE;
    }

    /**
     * The option that {@code ip} and {@code ping} take for the family: {@code -4} or {@code -6}.
     */
    public String flag() {
        return this == IPV4 ? "-4" : "-6";
    }
}

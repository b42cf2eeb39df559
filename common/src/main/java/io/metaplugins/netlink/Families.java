package io.metaplugins.netlink;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;

/** Values whose parts come from a message's header, where they are bare numbers. */
final class Families {
    private Families() {}

    /** {@code AF_INET} or {@code AF_INET6}, and no other. */
    static IpFamily of(byte number) {
        for (IpFamily family : IpFamily.values()) {
            if (family.number() == number) {
                return family;
            }
        }
        throw new MalformedMessageException("address family " + Byte.toUnsignedInt(number));
    }

    static Cidr cidr(IpAddress address, int prefixLength) {
        if (prefixLength > address.family().addressBits()) {
            throw new MalformedMessageException("a prefix of " + prefixLength + " bits");
        }
        return new Cidr(address, prefixLength);
    }
}

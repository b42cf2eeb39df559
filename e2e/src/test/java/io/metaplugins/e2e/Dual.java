package io.metaplugins.e2e;

import io.metaplugins.net.IpFamily;

/** An address, or a subnet, in both families. */
public record Dual(String ipv4, String ipv6) {
    public String of(IpFamily family) {
        return switch (family) {
            case IPV4 -> ipv4;
            case IPV6 -> ipv6;
        };
    }
}

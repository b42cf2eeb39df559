package io.metaplugins.command;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.IpFamily;

/** Objects as {@code ip} lists them, below a heading that says what they are. */
final class Words {
    private Words() {}

    static String of(IpFamily family) {
        return switch (family) {
            case IPV4 -> "IPv4";
            case IPV6 -> "IPv6";
        };
    }

    static String of(KernelObject object) {
        return switch (object) {
            case Rule rule -> rule(rule);
            case Route route -> without(route.toString(), "route ", " table " + route.table());
            case Link link -> link(link);
            case Address address -> without(address.toString(), "addr ", " dev " + address.dev());
            case Neighbour neighbour -> neighbour(neighbour);
            case Sysctl sysctl -> sysctl.path() + " = " + sysctl.value();
            case NftRule rule -> rule.chain() + "  " + rule.definition();
        };
    }

    private static String without(String text, String start, String part) {
        int place = text.indexOf(part);
        return place < 0
                ? text.substring(start.length())
                : text.substring(start.length(), place) + text.substring(place + part.length());
    }

    private static String rule(Rule rule) {
        String priority = " priority " + rule.priority();
        return rule.priority() + ": " + without(rule.toString(), "rule ", priority);
    }

    private static String link(Link link) {
        StringBuilder text = new StringBuilder(link.name().value());
        if (link.kind() != null) {
            text.append(' ').append(link.kind());
        }
        text.append(Boolean.TRUE.equals(link.up()) ? " up" : " down");
        if (link.mtu() != null) {
            text.append(" mtu ").append(link.mtu());
        }
        if (link.address() != null && !link.loopback()) {
            text.append(' ').append(link.address());
        }
        return text.toString();
    }

    private static String neighbour(Neighbour neighbour) {
        String state = neighbour.permanent() ? " permanent" : "";
        return neighbour.address()
                + " dev "
                + neighbour.dev()
                + (neighbour.mac() == null ? " unknown" : " lladdr " + neighbour.mac() + state);
    }
}

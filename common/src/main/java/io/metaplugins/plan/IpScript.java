package io.metaplugins.plan;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the words of {@code ip} and {@code sysctl}, as a person would type it: the node's part
 * and the pod's part apart, each in its order and with its reasons. What holds already is a
 * comment, so that the commands are those that change something, and the whole is a script for
 * {@code sh}.
 */
public final class IpScript {
    private final Observation seen;
    private final StringBuilder text = new StringBuilder();

    private IpScript(Observation seen) {
        this.seen = seen;
    }

    /**
     * Writes the script.
     *
     * @param seen what the plan was made from, to tell what holds already
     * @param netns the pod's namespace
     */
    public static String of(Plan plan, Observation seen, Path netns) {
        IpScript script = new IpScript(seen);
        script.text.append("#!/bin/sh -e\n");
        script.part("On the node", Where.HOST, "", plan);
        script.text
                .append("\npod() { nsenter --net=")
                .append(quoted(netns.toString()))
                .append(" -- \"$@\"; }\n");
        script.part("In the pod", Where.CONTAINER, "pod ", plan);
        return script.text.toString();
    }

    private void part(String title, Where where, String prefix, Plan plan) {
        List<Statement> statements =
                plan.statements().stream().filter(statement -> statement.where() == where).toList();
        text.append("\n## ").append(title).append(statements.isEmpty() ? ": nothing\n" : "\n");
        String why = "";
        for (Statement statement : statements) {
            String reason = reason(statement);
            if (!reason.equals(why)) {
                text.append("\n# ").append(reason).append('\n');
                why = reason;
            }
            if (holds(statement)) {
                text.append("# already so: ");
            }
            text.append(prefix).append(command(statement)).append('\n');
        }
    }

    private static String reason(Statement statement) {
        return statement.lifetime() == Lifetime.NODE
                ? statement.why() + " (stays when the pod goes)"
                : statement.why();
    }

    private boolean holds(Statement statement) {
        KernelObject wish = statement.object();
        var snapshot = seen.in(statement.where());
        if (!snapshot.answers(wish.query())) {
            return false;
        }
        boolean there = snapshot.of(wish.query()).stream().anyMatch(wish::satisfiedBy);
        return there == (statement.presence() == Presence.PRESENT);
    }

    private static String command(Statement statement) {
        boolean present = statement.presence() == Presence.PRESENT;
        return switch (statement.object()) {
            case Link link -> link(link, present);
            case Address address ->
                    ip(address.cidr().family())
                            + "addr "
                            + (present ? "add " : "del ")
                            + address.cidr()
                            + " dev "
                            + quoted(address.dev());
            case Route route -> route(route, present);
            case Rule rule -> rule(rule, present);
            case Neighbour neighbour -> neighbour(neighbour, present);
            case Sysctl sysctl -> "sysctl -qw " + quoted(sysctl.path() + "=" + sysctl.value());
        };
    }

    private static String ip(IpFamily family) {
        return family == IpFamily.IPV4 ? "ip " : "ip -6 ";
    }

    private static String link(Link link, boolean present) {
        if (!present) {
            return "ip link delete dev " + quoted(link.name());
        }
        StringBuilder command = new StringBuilder("ip link set dev ").append(quoted(link.name()));
        if (link.address() != null) {
            command.append(" address ").append(link.address());
        }
        if (link.mtu() != null) {
            command.append(" mtu ").append(link.mtu());
        }
        if (link.up() != null) {
            command.append(link.up() ? " up" : " down");
        }
        return command.toString();
    }

    /** IPv6 keeps one route for each hop, which "replace" would make one of. */
    private static String route(Route route, boolean present) {
        String making = route.family() == IpFamily.IPV4 ? "replace " : "append ";
        StringBuilder command = new StringBuilder(ip(route.family())).append("route ");
        command.append(present ? making : "del ");
        if (route.type() != Route.Type.UNICAST) {
            command.append(route.type().name().toLowerCase(Locale.ROOT)).append(' ');
        }
        command.append(route.destination().isAny() ? "default" : host(route.destination()));
        append(command, "via", route.via());
        append(command, "dev", route.dev());
        append(command, "table", route.table());
        if (route.family() == IpFamily.IPV4 && route.scope() != Scope.GLOBAL) {
            append(command, "scope", route.scope());
        }
        append(command, "src", route.source());
        append(command, "metric", route.metric());
        append(command, "mtu", route.mtu());
        command.append(route.onlink() ? " onlink" : "");
        return present ? protocol(command, route.protocol()) : command.toString();
    }

    private static String rule(Rule rule, boolean present) {
        StringBuilder command = new StringBuilder(ip(rule.family())).append("rule ");
        command.append(present ? "add" : "del");
        append(command, "priority", rule.priority());
        command.append(" from ").append(rule.from() == null ? "all" : host(rule.from()));
        append(command, "to", rule.to() == null ? null : host(rule.to()));
        if (rule.mark() != null) {
            append(command, "fwmark", mark(rule.mark(), rule.mask()));
        }
        append(command, "iif", rule.iif());
        append(command, "oif", rule.oif());
        append(command, "lookup", rule.table());
        return present ? protocol(command, rule.protocol()) : command.toString();
    }

    private static String mark(long mark, @Nullable Long mask) {
        return "0x" + Long.toHexString(mark) + (mask == null ? "" : "/0x" + Long.toHexString(mask));
    }

    private static String neighbour(Neighbour neighbour, boolean present) {
        StringBuilder command =
                new StringBuilder(ip(neighbour.address().family())).append("neigh ");
        command.append(present ? "replace " : "del ").append(neighbour.address());
        append(command, "dev", neighbour.dev());
        if (!present) {
            return command.toString();
        }
        append(command, "lladdr", neighbour.mac());
        command.append(neighbour.permanent() ? " nud permanent" : "");
        return protocol(command, neighbour.protocol());
    }

    private static void append(StringBuilder command, String key, @Nullable Object value) {
        if (value != null) {
            command.append(' ').append(key).append(' ').append(quoted(value));
        }
    }

    private static String protocol(StringBuilder command, @Nullable Integer protocol) {
        return command.append(" protocol ")
                .append(protocol == null ? Owner.PROTOCOL : protocol)
                .toString();
    }

    private static String host(Cidr cidr) {
        return cidr.isHost() ? cidr.address().toString() : cidr.toString();
    }

    /** As {@code sh} takes it for one word. */
    private static String quoted(Object value) {
        String word = value.toString();
        boolean plain =
                !word.isEmpty()
                        && word.chars()
                                .allMatch(c ->
                                        Character.isLetterOrDigit(c)
                                                || "_./:=-@+%".indexOf(c) >= 0);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}

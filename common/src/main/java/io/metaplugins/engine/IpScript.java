package io.metaplugins.engine;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the words of {@code ip}, {@code sysctl} and {@code nft}, as a person would type it: the
 * node's part and the pod's part apart, each in its order and with its reasons. They are the
 * changes that the engine would make now, so that the script leads to the same end; what holds
 * already is a comment.
 */
public final class IpScript {
    private final Map<Where, StringBuilder> parts = new EnumMap<>(Where.class);
    private final Map<Where, String> reasons = new EnumMap<>(Where.class);
    private final View view;
    private final Path netns;

    private IpScript(Observation seen, Path netns) {
        this.view = new View(seen);
        this.netns = netns;
        for (Where where : Where.values()) {
            parts.put(where, new StringBuilder());
        }
    }

    /**
     * Writes the script.
     *
     * @param seen what is there now; what is not known counts as not there
     * @param netns the pod's namespace
     * @throws KernelException if the engine would refuse the plan
     */
    public static String of(Plan plan, Observation seen, Path netns) {
        List<Statement> statements = plan.effective();
        Questions questions = Questions.about(statements);
        IpScript script =
                new IpScript(
                        new Observation(
                                seen.host().with(questions.host(), _ -> List.of()),
                                seen.container().with(questions.container(), _ -> List.of())),
                        netns);
        statements.forEach(script::add);
        return "#!/bin/sh -e\n"
                + script.part("On the node", Where.HOST)
                + "\npod() { nsenter --net="
                + quoted(netns.toString())
                + " -- \"$@\"; }\n"
                + script.part("In the pod", Where.CONTAINER);
    }

    private String part(String title, Where where) {
        StringBuilder commands = parts.getOrDefault(where, new StringBuilder());
        return "\n## " + title + (commands.isEmpty() ? ": nothing\n" : "\n" + commands);
    }

    private void add(Statement statement) {
        List<Step> steps = Differences.between(view, statement);
        StringBuilder commands = parts.getOrDefault(statement.where(), new StringBuilder());
        String reason = reason(statement);
        if (!reason.equals(reasons.put(statement.where(), reason))) {
            commands.append("\n# ").append(reason).append('\n');
        }
        if (steps.isEmpty()) {
            Change nothing = wished(statement);
            commands.append("# already so: ")
                    .append(command(statement.where(), nothing).lines().findFirst().orElse(""))
                    .append('\n');
        }
        for (Step step : steps) {
            for (Change change : step.changes()) {
                commands.append(command(statement.where(), change)).append('\n');
            }
            view.become(step.effect());
        }
    }

    /** In one line: the end of a line would be the end of the comment. */
    private static String reason(Statement statement) {
        String why = statement.why().replace('\n', ' ').replace('\r', ' ');
        return statement.lifetime() == Lifetime.NODE ? why + " (stays when the pod goes)" : why;
    }

    private static Change wished(Statement statement) {
        KernelObject object = statement.object();
        Effect effect =
                statement.presence() == Presence.PRESENT
                        ? new Effect(statement.where(), statement.lifetime(), null, object, false)
                        : new Effect(statement.where(), statement.lifetime(), object, null, false);
        return Step.towards(effect, statement.why()).changes().getFirst();
    }

    private String command(Where where, Change change) {
        String prefix = where == Where.HOST ? "" : "pod ";
        boolean present = change.act() != Act.DELETE;
        return switch (change.object()) {
            case Link link -> prefix + link(link, change.act());
            case Address address -> prefix + address(address, present);
            case Route route -> prefix + route(route, change.act());
            case Rule rule -> prefix + rule(rule, present);
            case Neighbour neighbour -> prefix + neighbour(neighbour, present);
            case Sysctl sysctl ->
                    prefix + "sysctl -qw " + quoted(sysctl.path() + "=" + sysctl.value());
            case NftRule rule -> {
                boolean chain = view.around(where, rule).stream().anyMatch(rule::isBeside);
                yield new NftScript(prefix + "nft ", rule, chain).commands(change.act());
            }
        };
    }

    private static String ip(IpFamily family) {
        return family == IpFamily.IPV4 ? "ip " : "ip -6 ";
    }

    private String link(Link link, Act act) {
        if (act == Act.DELETE) {
            return "ip link del dev " + quoted(link.name());
        }
        boolean made = link.peer() != null;
        StringBuilder command =
                new StringBuilder(made ? "ip link add dev " : "ip link set dev ")
                        .append(quoted(link.name()));
        if (link.address() != null) {
            command.append(" address ").append(link.address());
        }
        if (link.mtu() != null) {
            command.append(" mtu ").append(link.mtu());
        }
        if (link.up() != null) {
            command.append(link.up() ? " up" : " down");
        }
        if (link.txQueueLength() != null) {
            command.append(" txqueuelen ").append(link.txQueueLength());
        }
        if (link.peer() != null) {
            command.append(peer(link, link.peer()));
        }
        return command.toString();
    }

    /** Each end has its own MTU; the other one is put up in the pod's part. */
    private String peer(Link link, Link.Peer peer) {
        StringBuilder command = new StringBuilder(" type veth peer name ");
        command.append(quoted(peer.name())).append(" address ").append(peer.address());
        append(command, "mtu", link.mtu());
        return command.append(" netns ").append(quoted(netns.toString())).toString();
    }

    private static String address(Address address, boolean present) {
        StringBuilder command = new StringBuilder(ip(address.cidr().family())).append("addr ");
        command.append(present ? "add " : "del ").append(address.cidr());
        append(command, "peer", address.peer());
        append(command, "dev", address.dev());
        append(command, "scope", present ? address.scope() : null);
        return command.toString();
    }

    private static String route(Route route, Act act) {
        boolean present = act != Act.DELETE;
        StringBuilder command = new StringBuilder(ip(route.family())).append("route ");
        command.append(verb(act)).append(' ');
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

    /** Where the engine adds a route, there is none: a person says replace, which adds as well. */
    private static String verb(Act act) {
        return switch (act) {
            case ADD, REPLACE -> "replace";
            case APPEND -> "append";
            case PREPEND -> "prepend";
            case DELETE -> "del";
        };
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
    static String quoted(Object value) {
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

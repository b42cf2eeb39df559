package io.metaplugins.testkit;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one namespace written down as lines in the manner of {@code ip}, for the pictures
 * from which planners plan:
 *
 * <pre>
 * link 3 eth0 veth aa:bb:cc:dd:ee:ff peer 7
 * addr 10.244.181.69/32 dev eth0
 * route default via 169.254.1.1 dev eth0
 * rule 1001 from 172.18.24.120 lookup 101
 * </pre>
 */
public final class World {
    private final List<KernelObject> objects = new ArrayList<>();

    private World() {}

    /** Reads the lines; blank ones count for nothing. */
    public static World of(List<String> lines) {
        World world = new World();
        lines.stream()
                .filter(line -> !line.isBlank())
                .forEach(line -> world.objects.add(object(line.strip())));
        return world;
    }

    /** This world once the plan's wishes about it are fulfilled. Links stay as they are. */
    public World after(Plan plan, Where where) {
        World world = new World();
        world.objects.addAll(objects);
        plan.statements().stream()
                .filter(statement -> statement.where() == where)
                .filter(statement -> !(statement.object() instanceof Link))
                .forEach(world::fulfil);
        return world;
    }

    private void fulfil(Statement statement) {
        KernelObject wish = statement.object();
        switch (statement.presence()) {
            case ABSENT -> objects.removeIf(wish::satisfiedBy);
            case PRESENT -> {
                if (objects.stream().noneMatch(wish::satisfiedBy)) {
                    objects.removeIf(wish::sameAs);
                    objects.add(wish);
                }
            }
        }
    }

    /** What the kernel of this world would answer. */
    public List<KernelObject> answer(Query query) {
        return objects.stream().filter(object -> isAnswer(query, object)).toList();
    }

    /** The answers to the questions, and to no others. */
    public Snapshot answer(List<Query> queries) {
        return Snapshot.EMPTY.with(queries, this::answer);
    }

    private static boolean isAnswer(Query query, KernelObject object) {
        return switch (query) {
            case Query.Links() -> object instanceof Link;
            case Query.LinkNamed(var name) -> object instanceof Link l && l.name().equals(name);
            case Query.LinkIndexed(var index) -> object instanceof Link l && l.index() == index;
            case Query.Addresses(var family) ->
                    object instanceof Address a && a.cidr().family() == family;
            case Query.Routes(var family, var table) ->
                    object instanceof Route r && r.family() == family && r.table().equals(table);
            case Query.AllRoutes(var family) -> object instanceof Route r && r.family() == family;
            case Query.Rules(var family) -> object instanceof Rule r && r.family() == family;
            case Query.Neighbours(var dev) -> object instanceof Neighbour n && n.dev().equals(dev);
            case Query.NftRules(var table) ->
                    object instanceof NftRule n && n.chain().table().equals(table);
            case Query.RouteFor(_), Query.WayOf(_), Query.Setting(_) -> false;
        };
    }

    private static KernelObject object(String line) {
        Deque<String> words = new ArrayDeque<>(List.of(line.split(" +")));
        return switch (words.remove()) {
            case "link" -> link(words);
            case "addr" -> address(Cidr.parse(words.remove()), options(words));
            case "route" -> route(words.remove(), options(words));
            case "rule" -> rule(Long.parseLong(words.remove()), options(words));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private static Map<String, String> options(Deque<String> words) {
        Map<String, String> options = new HashMap<>();
        while (!words.isEmpty()) {
            String key = words.remove();
            options.put(key, key.equals("onlink") || key.equals("tentative") ? "" : words.remove());
        }
        return options;
    }

    private static Link link(Deque<String> words) {
        int index = Integer.parseInt(words.remove());
        String name = words.remove();
        String kind = words.remove();
        MacAddress mac = MacAddress.parse(words.remove());
        Map<String, String> options = options(words);
        return new Link(
                new InterfaceName(name),
                index,
                kind.equals("-") ? null : kind,
                mac,
                1500,
                true,
                name.equals("lo"),
                number(options.get("peer")),
                options.containsKey("peer") ? 0 : null,
                number(options.get("master")),
                null,
                null);
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text == null ? null : Integer.valueOf(text);
    }

    private static Address address(Cidr cidr, Map<String, String> options) {
        Scope scope =
                cidr.address().isLinkLocal() && !cidr.address().isIpv4()
                        ? Scope.LINK
                        : Scope.GLOBAL;
        return new Address(dev(options), cidr, null, scope, options.containsKey("tentative"));
    }

    private static InterfaceName dev(Map<String, String> options) {
        return new InterfaceName(options.getOrDefault("dev", ""));
    }

    private static Route route(String destination, Map<String, String> options) {
        String gateway = options.get("via");
        String source = options.get("src");
        String metric = options.get("metric");
        IpAddress via = gateway == null ? null : IpAddress.parse(gateway);
        Cidr to =
                destination.equals("default")
                        ? Cidr.any(via == null ? IpFamily.IPV4 : via.family())
                        : Cidr.parse(destination);
        return new Route(
                to,
                table(options.getOrDefault("table", "main")),
                via,
                dev(options),
                source == null ? null : IpAddress.parse(source),
                via == null ? Scope.LINK : Scope.GLOBAL,
                metric == null ? null : Long.valueOf(metric),
                number(options.get("mtu")),
                options.containsKey("onlink"),
                number(options.get("proto")),
                Route.Type.UNICAST);
    }

    private static TableId table(String text) {
        return text.equals("main") ? TableId.MAIN : new TableId(Long.parseLong(text));
    }

    private static Rule rule(long priority, Map<String, String> options) {
        TableId table = table(options.getOrDefault("lookup", "main"));
        String from = options.get("from");
        String to = options.get("to");
        return from != null
                ? Rule.from(cidr(from), priority, table)
                : Rule.to(cidr(to == null ? "" : to), priority, table);
    }

    private static Cidr cidr(String text) {
        return text.contains("/") ? Cidr.parse(text) : IpAddress.parse(text).toHostCidr();
    }
}

package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write is what {@code ip} shows, and what {@code ip} makes is what we read. */
class NetlinkKernelTest {
    private static final InterfaceName V0 = new InterfaceName("v0");
    private static final InterfaceName V1 = new InterfaceName("v1");
    private static final TableId TABLE = new TableId(100);
    private static final TableId LARGE_TABLE = new TableId(4_000_000_000L);
    private static final IpFamily[] FAMILIES = IpFamily.values();

    private final Libc libc = JnrLibc.load();
    private TestNetns testNetns;
    private Netns netns;
    private NetlinkKernel kernel;

    @BeforeEach
    void open() {
        testNetns = TestNetns.create("kernel");
        netns = Netns.open(libc, testNetns.path());
        kernel = NetlinkKernel.open(libc, netns);
        ip("link add v0 address 02:00:00:00:00:01 type veth peer name v1");
        ip("addr add 10.1.0.2/16 dev v0");
        ip("addr add fd01::2/64 dev v0 nodad");
        ip("link set v0 up");
        ip("link set v1 up");
    }

    @AfterEach
    void close() {
        kernel.close();
        netns.close();
        testNetns.close();
    }

    private String ip(String arguments) {
        return testNetns.run(("ip " + arguments).split(" "));
    }

    private void write(Act act, KernelObject object) {
        assertThat(kernel.write(List.of(new Change(act, object)))).isEmpty();
    }

    private Failure refused(Act act, KernelObject object) {
        List<Failure> failures = kernel.write(List.of(new Change(act, object)));
        assertThat(failures).hasSize(1);
        return failures.getFirst();
    }

    private static Route via(String destination, String gateway, TableId table) {
        return Route.via(Cidr.parse(destination), IpAddress.parse(gateway), V0, table);
    }

    private List<Route> routes(IpFamily family, TableId table) {
        return kernel.read(new Query.Routes(family, table)).stream()
                .map(Route.class::cast)
                .toList();
    }

    @Test
    void readsLinks() {
        assertThat(kernel.read(new Query.Links()))
                .extracting(link -> ((Link) link).name().value())
                .containsExactly("lo", "v1", "v0");
        Link v0 = (Link) kernel.read(new Query.LinkNamed(V0)).getFirst();
        Link v1 = (Link) kernel.read(new Query.LinkNamed(V1)).getFirst();
        assertThat(v0)
                .isEqualTo(
                        new Link(
                                V0,
                                v0.index(),
                                "veth",
                                MacAddress.parse("02:00:00:00:00:01"),
                                1500,
                                true,
                                false,
                                v1.index(),
                                null,
                                null,
                                1000,
                                null));
        assertThat(kernel.read(new Query.LinkIndexed(v0.index()))).containsExactly(v0);
        assertThat(kernel.read(new Query.LinkNamed(new InterfaceName("gone")))).isEmpty();
        assertThat(kernel.read(new Query.LinkIndexed(4711))).isEmpty();
    }

    @Test
    void changesOnlyTheStatedFieldsOfALink() {
        write(Act.REPLACE, Link.withAddress(V0, MacAddress.parse("02:00:00:00:00:09")));
        assertThat(ip("link show dev v0")).contains("02:00:00:00:00:09", ",UP,", "mtu 1500");
        write(
                Act.REPLACE,
                new Link(V0, 0, null, null, 1400, false, false, null, null, null, null, null));
        assertThat(ip("link show dev v0"))
                .contains("02:00:00:00:00:09", "mtu 1400")
                .doesNotContain(",UP");
    }

    @Test
    void removesALink() {
        Link v0 = (Link) kernel.read(new Query.LinkNamed(V0)).getFirst();
        write(Act.DELETE, v0);
        assertThat(ip("link")).doesNotContain("v0", "v1");
        Failure failure = refused(Act.DELETE, v0);
        assertThat(failure.cause().saysGone()).isTrue();
    }

    @Test
    void doesNotMakeLinks() {
        Failure failure =
                refused(Act.ADD, Link.withAddress(new InterfaceName("new"), new MacAddress(2)));
        assertThat(failure.cause().errno()).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void writesAndReadsAddresses() {
        Address four = new Address(V0, Cidr.parse("10.2.0.1/24"), null, Scope.GLOBAL, false);
        Address six = new Address(V0, Cidr.parse("fd02::1/64"), null, null, false);
        write(Act.ADD, four);
        write(Act.ADD, six);
        assertThat(ip("-o addr show dev v0"))
                .contains(
                        "inet 10.2.0.1/24 scope global v0", "inet6 fd02::1/64 scope global nodad");
        assertThat(kernel.read(four.query())).contains(four);
        assertThat(kernel.read(six.query())).anyMatch(six::satisfiedBy);
        assertThat(refused(Act.ADD, four).cause().errno()).isEqualTo("EEXIST");
        write(Act.DELETE, four);
        write(Act.DELETE, six);
        assertThat(ip("-o addr show dev v0")).doesNotContain("10.2.0.1", "fd02::1");
        assertThat(refused(Act.DELETE, four).cause().errno()).isEqualTo("EADDRNOTAVAIL");
    }

    @Test
    void readsAPointToPointAddress() {
        ip("addr add 10.9.0.1 peer 10.9.0.2/32 dev v0");
        Address address =
                new Address(
                        V0,
                        Cidr.parse("10.9.0.1/32"),
                        IpAddress.parse("10.9.0.2"),
                        Scope.GLOBAL,
                        false);
        assertThat(kernel.read(address.query())).contains(address);
        write(Act.DELETE, address);
        write(Act.ADD, address);
        assertThat(ip("-o addr show dev v0")).contains("inet 10.9.0.1 peer 10.9.0.2/32");
    }

    @Test
    void writesARouteWithEverything() {
        Route route =
                new Route(
                        Cidr.parse("10.7.0.0/16"),
                        LARGE_TABLE,
                        IpAddress.parse("192.0.2.1"),
                        V0,
                        IpAddress.parse("10.1.0.2"),
                        Scope.GLOBAL,
                        7L,
                        1300,
                        true,
                        4,
                        Route.Type.UNICAST);
        write(Act.ADD, route);
        assertThat(ip("route show table 4000000000"))
                .isEqualTo(
                        "10.7.0.0/16 via 192.0.2.1 dev v0 proto static src 10.1.0.2 metric 7"
                                + " onlink mtu 1300 \n");
        assertThat(routes(IpFamily.IPV4, LARGE_TABLE)).containsExactly(route);
        write(Act.DELETE, route);
        assertThat(routes(IpFamily.IPV4, LARGE_TABLE)).isEmpty();
    }

    @Test
    void marksWhatItMakesAsOurs() {
        write(Act.ADD, via("10.7.0.0/16", "10.1.0.1", TABLE));
        write(Act.ADD, via("fd07::/64", "fd01::1", TABLE));
        write(Act.ADD, Rule.all(IpFamily.IPV4, 1000, TABLE));
        write(
                Act.ADD,
                Neighbour.permanent(
                        V0, IpAddress.parse("10.1.0.9"), new MacAddress(0x020000000009L)));
        assertThat(ip("route show table 100")).contains("proto 199");
        assertThat(ip("-6 route show table 100")).contains("proto 199");
        assertThat(ip("rule")).contains("1000:\tfrom all lookup 100 proto 199");
        assertThat(ip("neigh"))
                .contains("10.1.0.9 dev v0 lladdr 02:00:00:00:00:09 PERMANENT proto 199");
        assertThat(routes(IpFamily.IPV6, TABLE))
                .extracting(Route::protocol)
                .containsExactly(Owner.PROTOCOL);
    }

    @Test
    void aTableWithoutRoutesIsEmpty() {
        for (IpFamily family : FAMILIES) {
            assertThat(routes(family, new TableId(4711))).isEmpty();
        }
    }

    @Test
    void refusesTheSecondOfTwoRoutesInTheKernelsWords() {
        write(Act.ADD, via("fd07::/64", "fd01::1", TABLE));
        Failure second = refused(Act.ADD, via("fd07::/64", "fd01::3", TABLE));
        assertThat(second.cause())
                .hasMessage("add route fd07::/64 via fd01::3 dev v0 table 100: EEXIST");
        Failure nowhere = refused(Act.ADD, via("10.8.0.0/16", "192.0.2.1", TABLE));
        assertThat(nowhere.cause())
                .hasMessage(
                        "add route 10.8.0.0/16 via 192.0.2.1 dev v0 table 100: ENETUNREACH"
                                + " (kernel: Nexthop has invalid gateway)");
    }

    @Test
    void deletesOnlyTheStatedHopOfAnIpv6Route() {
        Route first = via("fd07::/64", "fd01::1", TABLE);
        Route second = via("fd07::/64", "fd01::3", TABLE);
        write(Act.ADD, first);
        write(Act.APPEND, second);
        assertThat(routes(IpFamily.IPV6, TABLE))
                .extracting(Route::via)
                .containsExactly(first.via(), second.via());
        write(Act.DELETE, first);
        assertThat(routes(IpFamily.IPV6, TABLE))
                .extracting(Route::via)
                .containsExactly(second.via());
    }

    @Test
    void deletesNoRouteWithAGatewayWhereNoneIsStated() {
        for (String destination : List.of("10.7.0.0/16", "fd07::/64")) {
            boolean four = destination.startsWith("10");
            Route withGateway = via(destination, four ? "10.1.0.1" : "fd01::1", TABLE);
            Route connected = Route.connected(Cidr.parse(destination), V0, TABLE);
            Route unscoped =
                    new Route(
                            connected.destination(),
                            TABLE,
                            null,
                            V0,
                            null,
                            null,
                            null,
                            null,
                            false,
                            null,
                            Route.Type.UNICAST);
            write(Act.ADD, withGateway);
            assertThat(refused(Act.DELETE, connected).cause().saysGone()).isTrue();
            assertThat(refused(Act.DELETE, unscoped).cause().saysGone()).isTrue();
            write(Act.DELETE, withGateway);
            write(Act.ADD, connected);
            write(Act.DELETE, unscoped);
            assertThat(routes(connected.family(), TABLE)).isEmpty();
        }
    }

    @Test
    void deletesTheRouteOfTheStatedMetric() {
        for (String destination : List.of("10.7.0.0/16", "fd07::/64")) {
            boolean four = destination.startsWith("10");
            String gateway = four ? "10.1.0.1" : "fd01::1";
            String family = four ? "-4" : "-6";
            ip(family + " route add " + destination + " via " + gateway + " metric 5 table 100");
            ip(family + " route add " + destination + " via " + gateway + " metric 6 table 100");
            Route six = routes(IpAddress.parse(gateway).family(), TABLE).getLast();
            assertThat(six.metric()).isEqualTo(6);
            write(Act.DELETE, six);
            assertThat(ip(family + " route show table 100"))
                    .contains("metric 5")
                    .doesNotContain("metric 6");
        }
    }

    @Test
    void readsRoutesOfManyHops() {
        ip("route add 10.7.0.0/16 nexthop via 10.1.0.1 dev v0 nexthop via 10.1.0.3 dev v0");
        ip("-6 route add fd07::/64 nexthop via fd01::1 dev v0 nexthop via fd01::3 dev v0");
        Route four =
                routes(IpFamily.IPV4, TableId.MAIN).stream()
                        .filter(r -> r.destination().equals(Cidr.parse("10.7.0.0/16")))
                        .findFirst()
                        .orElseThrow();
        assertThat(four.via()).isNull();
        assertThat(four.dev()).isNull();
        assertThat(routes(IpFamily.IPV6, TableId.MAIN))
                .filteredOn(r -> r.destination().equals(Cidr.parse("fd07::/64")))
                .extracting(Route::via, Route::dev)
                .containsExactly(
                        tuple(IpAddress.parse("fd01::1"), V0),
                        tuple(IpAddress.parse("fd01::3"), V0));
    }

    @Test
    void readsRoutesOverNextHopObjectsAndOverTheOtherFamily() {
        ip("nexthop add id 7 via 10.1.0.1 dev v0");
        ip("route add 10.7.0.0/16 nhid 7 table 100");
        ip("route add 10.8.0.0/16 via inet6 fd01::1 dev v0 table 100");
        assertThat(routes(IpFamily.IPV4, TABLE))
                .extracting(Route::via, Route::dev)
                .containsExactly(tuple(IpAddress.parse("10.1.0.1"), V0), tuple(null, null));
    }

    @Test
    void readsAllTablesButLocal() {
        ip("route add 10.7.0.0/16 via 10.1.0.1 table 100");
        ip("route add blackhole 10.8.0.0/16 table 200");
        List<KernelObject> all = kernel.read(new Query.AllRoutes(IpFamily.IPV4));
        assertThat(all)
                .extracting(route -> ((Route) route).table())
                .containsExactlyInAnyOrder(TableId.MAIN, TABLE, new TableId(200));
        assertThat(kernel.read(new Query.AllRoutes(IpFamily.IPV6)))
                .extracting(route -> ((Route) route).table())
                .isNotEmpty()
                .doesNotContain(TableId.LOCAL);
    }

    @Test
    void writesAndReadsRules() {
        Rule full =
                new Rule(
                        IpFamily.IPV4,
                        1000,
                        Cidr.parse("10.244.181.69/32"),
                        Cidr.parse("10.244.0.0/18"),
                        0x20000L,
                        0xff0000L,
                        V0,
                        V1,
                        LARGE_TABLE,
                        Owner.PROTOCOL);
        write(Act.ADD, full);
        assertThat(ip("rule"))
                .contains(
                        "1000:\tfrom 10.244.181.69 to 10.244.0.0/18 fwmark 0x20000/0xff0000 iif v0"
                                + " oif v1 lookup 4000000000 proto 199");
        assertThat(kernel.read(full.query())).contains(full);
        assertThat(refused(Act.ADD, full).cause().errno()).isEqualTo("EEXIST");
        write(Act.REPLACE, full);
        assertThat(ip("rule").lines().filter(line -> line.startsWith("1000:"))).hasSize(1);
        write(Act.DELETE, full);
        assertThat(ip("rule")).doesNotContain("1000:");
        assertThat(refused(Act.DELETE, full).cause().errno()).isEqualTo("ENOENT");
    }

    @Test
    void noWishIsARuleThatSaysMoreThanWeCan() {
        for (String more :
                List.of(
                        "not from 10.0.0.1 lookup 100",
                        "from all lookup 100 suppress_prefixlength 0",
                        "from all ipproto tcp lookup 100",
                        "from all dport 53 lookup 100",
                        "from all uidrange 0-0 lookup 100",
                        "from all tos 0x04 lookup 100",
                        "from all unreachable",
                        "from all goto 32766")) {
            ip("rule add priority 1000 " + more);
            assertThat(kernel.read(new Query.Rules(IpFamily.IPV4)))
                    .as(more)
                    .filteredOn(rule -> ((Rule) rule).priority() == 1000)
                    .extracting(rule -> ((Rule) rule).table())
                    .containsExactly((TableId) null);
            ip("rule delete priority 1000");
        }
    }

    @Test
    void writesAndReadsNeighbours() {
        ip("neigh add 10.1.0.7 dev v1 lladdr 02:00:00:00:00:07 nud permanent");
        ip("neigh add proxy 10.1.0.8 dev v0");
        ip("neigh add 10.1.0.6 dev v0 nud noarp lladdr 02:00:00:00:00:06");
        MacAddress mac = MacAddress.parse("02:00:00:00:00:09");
        for (String address : List.of("10.1.0.9", "fd01::9")) {
            Neighbour neighbour =
                    Neighbour.permanent(V0, IpAddress.parse(address), mac)
                            .withProtocol(Owner.PROTOCOL);
            write(Act.ADD, neighbour);
            assertThat(ip("neigh show dev v0")).contains(address + " lladdr " + mac + " PERMANENT");
            assertThat(kernel.read(neighbour.query()))
                    .filteredOn(neighbour::sameAs)
                    .containsExactly(neighbour);
            assertThat(refused(Act.ADD, neighbour).cause().errno()).isEqualTo("EEXIST");
            Neighbour other = Neighbour.permanent(V0, IpAddress.parse(address), new MacAddress(2));
            write(Act.REPLACE, other);
            assertThat(kernel.read(neighbour.query())).anyMatch(other::satisfiedBy);
            write(Act.DELETE, neighbour);
            assertThat(kernel.read(neighbour.query())).noneMatch(neighbour::satisfiedBy);
        }
        assertThat(kernel.read(new Query.Neighbours(V0)))
                .noneMatch(n ->
                        List.of("10.1.0.6", "10.1.0.7", "10.1.0.8")
                                .contains(((Neighbour) n).address().toString()));
        assertThat(kernel.read(new Query.Neighbours(new InterfaceName("gone")))).isEmpty();
    }

    @Test
    void settingsOfAnInterfaceAreThoseOfSysctl() {
        for (String key :
                List.of(
                        "proxy_arp",
                        "accept_redirects",
                        "send_redirects",
                        "rp_filter",
                        "log_martians",
                        "arp_filter",
                        "arp_announce",
                        "arp_ignore",
                        "arp_accept",
                        "arp_notify",
                        "src_valid_mark",
                        "forwarding",
                        "promote_secondaries",
                        "accept_local",
                        "route_localnet")) {
            Sysctl before = (Sysctl) kernel.read(Sysctl.ipv4(V0, key, 0).query()).getFirst();
            int other = before.value().equals("0") ? 1 : 0;
            write(Act.REPLACE, Sysctl.ipv4(V0, key, other));
            assertThat(witness("net/ipv4/conf/v0/" + key))
                    .as(key)
                    .isEqualTo(Integer.toString(other));
            assertThat(kernel.read(before.query())).containsExactly(Sysctl.ipv4(V0, key, other));
            assertThat(witness("net/ipv4/conf/v1/" + key)).as(key).isEqualTo(before.value());
        }
    }

    private String witness(String path) {
        return testNetns.run("cat", "/proc/sys/" + path).strip();
    }

    @Test
    void otherSettingsGoByProc() {
        ip("link set v1 down");
        ip("link set v1 name net1.100");
        for (Sysctl sysctl :
                List.of(
                        new Sysctl("net/ipv4/conf/net1.100/rp_filter", "2"),
                        new Sysctl("net/ipv4/conf/all/arp_ignore", "1"),
                        new Sysctl("net/ipv4/conf/default/arp_ignore", "2"),
                        new Sysctl("net/ipv6/conf/net1.100/accept_ra", "0"),
                        new Sysctl("net/ipv4/ip_local_port_range", "40000\t50000"),
                        new Sysctl("net/ipv4/ip_forward", "1"))) {
            write(Act.REPLACE, sysctl);
            assertThat(witness(sysctl.path())).isEqualTo(sysctl.value());
            assertThat(kernel.read(sysctl.query())).containsExactly(sysctl);
        }
    }

    @Test
    void aMissingSettingReadsAsNothing() {
        for (String path :
                List.of(
                        "net/ipv4/conf/gone/rp_filter",
                        "net/ipv4/conf/gone/medium_id",
                        "net/ipv4/nonsense")) {
            Sysctl sysctl = new Sysctl(path, "1");
            assertThat(kernel.read(sysctl.query())).isEmpty();
            assertThat(refused(Act.REPLACE, sysctl).cause().saysGone()).as(path).isTrue();
        }
        Failure failure = refused(Act.REPLACE, new Sysctl("net/ipv4/ip_forward", "x"));
        assertThat(failure.cause().errno()).isEqualTo("EINVAL");
    }

    @Test
    void worksThroughABatchToItsEnd() {
        List<Change> changes =
                List.of(
                        new Change(Act.ADD, via("10.7.0.0/16", "10.1.0.1", TABLE)),
                        new Change(Act.ADD, via("10.8.0.0/16", "192.0.2.1", TABLE)),
                        new Change(Act.REPLACE, new Sysctl("net/ipv4/nonsense", "1")),
                        new Change(
                                Act.ADD,
                                Route.connected(
                                        Cidr.parse("10.6.0.0/16"),
                                        new InterfaceName("gone"),
                                        TABLE)),
                        new Change(Act.REPLACE, Sysctl.ipv4(V0, "arp_ignore", 1)),
                        new Change(Act.ADD, via("10.9.0.0/16", "10.1.0.1", TABLE)),
                        new Change(Act.ADD, via("10.9.0.0/16", "10.1.0.1", TABLE)));
        List<Failure> failures = kernel.write(changes);
        assertThat(failures)
                .extracting(Failure::change)
                .containsExactly(changes.get(1), changes.get(2), changes.get(3), changes.get(6));
        assertThat(failures)
                .extracting(failure -> failure.cause().errno())
                .containsExactly("ENETUNREACH", "ENOENT", "ENODEV", "EEXIST");
        assertThat(ip("route show table 100")).contains("10.7.0.0/16", "10.9.0.0/16");
        assertThat(witness("net/ipv4/conf/v0/arp_ignore")).isEqualTo("1");
    }

    @Test
    void reportsEachOfManyRefusals() {
        List<Change> changes = new ArrayList<>();
        for (int third = 0; third < 250; third++) {
            String destination = "10.7." + third + ".0/24";
            String gateway = third % 2 == 0 ? "10.1.0.1" : "192.0.2.1";
            changes.add(new Change(Act.ADD, via(destination, gateway, TABLE)));
        }
        List<Failure> failures = kernel.write(changes);
        assertThat(failures).hasSize(125);
        assertThat(failures).allMatch(f -> f.cause().errno().equals("ENETUNREACH"));
        assertThat(failures)
                .extracting(Failure::change)
                .containsExactlyElementsOf(
                        changes.stream().filter(c -> c.toString().contains("192.0.2.1")).toList());
        assertThat(routes(IpFamily.IPV4, TABLE)).hasSize(125);
    }

    @Test
    void removesNoRuleThatSelectsMoreThanTheStatedOne() {
        ip("rule add priority 1000 from 10.9.9.9 lookup 100");
        Rule all = Rule.all(IpFamily.IPV4, 1000, TABLE);
        Failure gone = refused(Act.DELETE, all);
        assertThat(gone.cause().errno()).isEqualTo("ENOENT");
        assertThat(gone.cause()).hasMessageContaining("from 10.9.9.9 priority 1000 lookup 100");
        write(Act.ADD, all);
        assertThat(refused(Act.DELETE, all).cause().errno()).isEqualTo("EBUSY");
        Rule other = Rule.from(Cidr.parse("10.9.9.9/32"), 1000, TABLE);
        assertThat(
                        kernel.write(
                                List.of(
                                        new Change(Act.DELETE, other),
                                        new Change(Act.DELETE, all))))
                .isEmpty();
        assertThat(ip("rule")).doesNotContain("1000:");
    }

    @Test
    void putsBackWhatItRead() {
        for (String route :
                List.of(
                        "-4 route add blackhole 10.8.0.0/16 table 100",
                        "-6 route add blackhole fd08::/64 table 100",
                        "-6 route add unreachable default metric 4294967295 table 100",
                        "-4 route add default via 192.0.2.1 dev v0 onlink mtu 1400 table 100",
                        "-6 route add default via fe80::1 dev v0 mtu 1400 proto ra table 100",
                        "-4 route add 10.8.0.0/16 dev v0 scope global metric 4294967295 table 100",
                        "-4 route add local 10.8.0.1 dev v0 table 100",
                        "-4 route add throw default table 100")) {
            String family = route.substring(0, 2);
            ip(route);
            String before = ip(family + " route show table 100");
            Query query =
                    new Query.Routes(family.equals("-4") ? IpFamily.IPV4 : IpFamily.IPV6, TABLE);
            Route read = (Route) kernel.read(query).getFirst();
            write(Act.DELETE, read);
            assertThat(kernel.read(query)).as(route).isEmpty();
            write(Act.ADD, read);
            assertThat(ip(family + " route show table 100")).as(route).isEqualTo(before);
            assertThat(kernel.read(query)).containsExactly(read);
            write(Act.DELETE, read);
        }
    }

    @Test
    void prependsAndAppendsRoutesOfOneMetric() {
        write(Act.ADD, via("10.7.0.0/16", "10.1.0.1", TABLE));
        write(Act.APPEND, via("10.7.0.0/16", "10.1.0.2", TABLE));
        write(Act.PREPEND, via("10.7.0.0/16", "10.1.0.3", TABLE));
        assertThat(routes(IpFamily.IPV4, TABLE))
                .extracting(route -> String.valueOf(route.via()))
                .containsExactly("10.1.0.3", "10.1.0.1", "10.1.0.2");
    }

    @Test
    void replacesARoute() {
        for (String[] each :
                new String[][] {
                    {"10.7.0.0/16", "10.1.0.1", "10.1.0.3"}, {"fd07::/64", "fd01::1", "fd01::3"}
                }) {
            write(Act.ADD, via(each[0], each[1], TABLE));
            Route other = via(each[0], each[2], TABLE);
            write(Act.REPLACE, other);
            assertThat(routes(other.family(), TABLE)).singleElement().matches(other::satisfiedBy);
        }
    }

    @Test
    void namesTheInterfacesOfManyRoutes() {
        List<String> names = new ArrayList<>();
        for (int number = 10; number < 22; number++) {
            ip("link add x" + number + " type veth peer name y" + number);
            ip("link set x" + number + " up");
            ip("route add 10." + number + ".0.0/16 dev x" + number + " table 100");
            names.add("x" + number);
        }
        assertThat(routes(IpFamily.IPV4, TABLE))
                .extracting(route -> String.valueOf(route.dev()))
                .containsExactlyElementsOf(names);
        ip("link set x10 down");
        ip("link set x10 name renamed");
        ip("link set renamed up");
        ip("route add 10.10.0.0/16 dev renamed table 100");
        assertThat(routes(IpFamily.IPV4, TABLE).getFirst().dev())
                .isEqualTo(new InterfaceName("renamed"));
    }

    @Test
    void servesFromAnyThread() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int number = 0; number < 100; number++) {
                Route route = via("10.7." + number + ".0/24", "10.1.0.1", TABLE);
                tasks.add(() ->
                        kernel.write(List.of(new Change(Act.ADD, route))).isEmpty()
                                && kernel.read(route.query()).stream()
                                        .anyMatch(route::satisfiedBy));
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    /**
     * Read but once, IPv6 routes lack one here every hundredth time, and the kernel does not say.
     */
    @Test
    void readsAllRoutesOnceWhileOthersComeAndGo(@TempDir Path directory) throws Exception {
        List<String> stable = new ArrayList<>();
        for (int number = 0; number < 1_200; number++) {
            String low = Integer.toHexString(number);
            stable.add("route add fd10:" + low + "::/64 dev v0 table 100");
            stable.add(
                    "route add 10."
                            + (20 + number / 250)
                            + "."
                            + number % 250
                            + ".0/24 dev v0 table 100");
        }
        ip("-batch " + Files.write(directory.resolve("stable"), stable));
        Path churn =
                Files.write(
                        directory.resolve("churn"),
                        List.of(
                                "route add 10.3.3.3/32 dev v0 table 100",
                                "route add fd10:77::77/128 dev v0 table 100",
                                "route delete 10.3.3.3/32 dev v0 table 100",
                                "route delete fd10:77::77/128 dev v0 table 100"));
        try (Churn _ = Churn.start(testNetns, "ip -batch " + churn + "; sleep 0.05")) {
            for (int reading = 0; reading < 8; reading++) {
                for (IpFamily family : FAMILIES) {
                    assertThat(routes(family, TABLE))
                            .filteredOn(route -> !route.destination().isHost())
                            .doesNotHaveDuplicates()
                            .hasSize(1_200);
                }
            }
        }
    }
}

package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Routes and rules of the real kernel, with {@code ip} as the witness. */
class NetlinkRoutesTest extends KernelOfNetns {
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
}

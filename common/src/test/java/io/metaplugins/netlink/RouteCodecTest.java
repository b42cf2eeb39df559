package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.INTERFACES;
import static io.metaplugins.netlink.Captured.NLM_F_CREATE_EXCL;
import static io.metaplugins.netlink.Captured.V0;
import static io.metaplugins.netlink.Captured.message;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteCodecTest {
    private static final Route FULL =
            new Route(
                    Cidr.parse("10.7.0.0/16"),
                    new TableId(500),
                    IpAddress.parse("10.1.0.1"),
                    V0,
                    IpAddress.parse("10.1.0.2"),
                    Scope.GLOBAL,
                    7L,
                    1300,
                    true,
                    199,
                    Route.Type.UNICAST);

    private final RouteCodec codec = new RouteCodec(INTERFACES);

    // ip route add 10.7.0.0/16 via 10.1.0.1 src 10.1.0.2 metric 7 table 500 proto 199 dev v0 \
    //     onlink mtu 1300
    @Test
    void addsAnIpv4RouteAsIpDoes() {
        Message raw =
                message(
                        """
                        58 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWROUTE
                        02 10 00 00 00 c7 00 01 04 00 00 00             | RTNH_F_ONLINK
                        08 00 01 00 0a 07 00 00                         | RTA_DST
                        08 00 05 00 0a 01 00 01                         | RTA_GATEWAY
                        08 00 07 00 0a 01 00 02                         | RTA_PREFSRC
                        08 00 06 00 07 00 00 00                         | RTA_PRIORITY
                        08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                        08 00 04 00 07 00 00 00                         | RTA_OIF
                        0c 00 08 00 08 00 02 00 14 05 00 00             | RTA_METRICS: RTAX_MTU
                        """);
        assertThat(codec.read(raw)).containsExactly(FULL);
        assertThat(sent(codec.add(FULL, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip -6 route add fd07::/64 via fd01::1 table 100 proto 199 dev v0
    @Test
    void addsAnIpv6RouteAsIpDoes() {
        Message raw =
                message(
                        """
                        4c 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00             | RTM_NEWROUTE
                        0a 40 00 00 64 c7 00 01 00 00 00 00                         | AF_INET6 /64
                        14 00 01 00 fd 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | RTA_DST
                        14 00 05 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_GATEWAY
                        08 00 04 00 07 00 00 00                                     | RTA_OIF
                        """);
        Route route =
                Route.via(
                        Cidr.parse("fd07::/64"), IpAddress.parse("fd01::1"), V0, new TableId(100));
        assertThat(codec.read(raw)).allMatch(route::satisfiedBy).hasSize(1);
        assertThat(sent(codec.add(route, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip route add default dev v0 table 100 proto 199
    @Test
    void addsADefaultRouteWithoutADestination() {
        Message raw =
                message(
                        """
                        24 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00 | RTM_NEWROUTE
                        02 00 00 00 64 c7 fd 01 00 00 00 00             | scope link
                        08 00 04 00 07 00 00 00                         | RTA_OIF
                        """);
        Route route = Route.connected(Cidr.ANY_IPV4, V0, new TableId(100)).withProtocol(199);
        assertThat(codec.read(raw)).containsExactly(route);
        assertThat(sent(codec.add(route, NLM_F_CREATE_EXCL))).isEqualTo(raw);
    }

    // ip route delete 10.7.0.0/16 via 10.1.0.1 src 10.1.0.2 metric 7 table 500 proto 199 dev v0 \
    //     onlink; ip leaves scope (255, any) and type (0, any) open, and we say the type
    @Test
    void deletesARouteAsIpDoesButForItsType() {
        Route route =
                new Route(
                        FULL.destination(),
                        FULL.table(),
                        FULL.via(),
                        V0,
                        FULL.source(),
                        null,
                        7L,
                        1300,
                        true,
                        199,
                        Route.Type.UNICAST);
        assertThat(sent(codec.delete(route)))
                .isEqualTo(
                        message(
                                """
                                4c 00 00 00 19 00 05 00 01 00 00 00 00 00 00 00 | RTM_DELROUTE
                                02 10 00 00 00 c7 ff 01 04 00 00 00             | type unicast
                                08 00 01 00 0a 07 00 00                         | RTA_DST
                                08 00 05 00 0a 01 00 01                         | RTA_GATEWAY
                                08 00 07 00 0a 01 00 02                         | RTA_PREFSRC
                                08 00 06 00 07 00 00 00                         | RTA_PRIORITY
                                08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                                08 00 04 00 07 00 00 00                         | RTA_OIF
                                """));
    }

    // ip route show table 500
    @Test
    void asksForOneTableAsIpDoes() {
        assertThat(codec.dump(IpFamily.IPV4, new TableId(500)))
                .isEqualTo(
                        message(
                                """
                                24 00 00 00 1a 00 01 03 00 00 00 00 00 00 00 00 | RTM_GETROUTE
                                02 00 00 00 00 00 00 00 00 00 00 00             |
                                08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                                """));
    }

    // ip route show table 500
    @Test
    void readsAnIpv4Route() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        58 00 00 00 18 00 22 00 01 00 00 00 4e 00 00 00 |
                                        02 10 00 00 fc c7 00 01 04 00 00 00             | RT_TABLE_COMPAT
                                        08 00 0f 00 f4 01 00 00                         | RTA_TABLE
                                        08 00 01 00 0a 07 00 00                         | RTA_DST
                                        08 00 06 00 07 00 00 00                         | RTA_PRIORITY
                                        0c 00 08 00 08 00 02 00 14 05 00 00             | RTA_METRICS
                                        08 00 07 00 0a 01 00 02                         | RTA_PREFSRC
                                        08 00 05 00 0a 01 00 01                         | RTA_GATEWAY
                                        08 00 04 00 07 00 00 00                         | RTA_OIF
                                        """)))
                .containsExactly(FULL);
    }

    // ip -6 route show table 100, after ip -6 route add fd08::/64 table 100 \
    //     nexthop via fd01::1 dev v0 nexthop via fd01::3 dev v0
    @Test
    void readsAnIpv6MultipathRouteAsOneForEachHop() {
        List<Route> routes =
                codec.read(
                        message(
                                """
                                a8 00 00 00 18 00 22 00 01 00 00 00 52 00 00 00             | RTM_NEWROUTE
                                0a 40 00 00 64 03 00 01 00 00 00 00                         | proto boot
                                08 00 0f 00 64 00 00 00                                     | RTA_TABLE
                                14 00 01 00 fd 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | RTA_DST
                                08 00 06 00 00 04 00 00                                     | RTA_PRIORITY
                                3c 00 09 00                                                 | RTA_MULTIPATH
                                1c 00 00 00 07 00 00 00                                     | struct rtnexthop
                                14 00 05 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_GATEWAY
                                1c 00 00 00 07 00 00 00                                     | struct rtnexthop
                                14 00 05 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 03 | RTA_GATEWAY
                                24 00 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | RTA_CACHEINFO
                                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00             |
                                05 00 14 00 00 00 00 00                                     | RTA_PREF
                                """));
        Route first =
                new Route(
                        Cidr.parse("fd08::/64"),
                        new TableId(100),
                        IpAddress.parse("fd01::1"),
                        V0,
                        null,
                        Scope.GLOBAL,
                        1024L,
                        null,
                        false,
                        3,
                        Route.Type.UNICAST);
        assertThat(routes)
                .extracting(Route::via)
                .containsExactly(IpAddress.parse("fd01::1"), IpAddress.parse("fd01::3"));
        assertThat(routes.getFirst()).isEqualTo(first);
    }

    // ip route show table 101, after ip route add 10.8.0.0/16 table 101 \
    //     nexthop via 10.1.0.1 dev v0 nexthop via 10.1.0.3 dev v0
    @Test
    void readsAnIpv4MultipathRouteAsOneThatNoWishCanBe() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        50 00 00 00 18 00 22 00 01 00 00 00 56 00 00 00 | RTM_NEWROUTE
                                        02 10 00 00 65 03 00 01 00 00 00 00             |
                                        08 00 0f 00 65 00 00 00                         | RTA_TABLE
                                        08 00 01 00 0a 08 00 00                         | RTA_DST
                                        24 00 09 00                                     | RTA_MULTIPATH
                                        10 00 00 00 07 00 00 00 08 00 05 00 0a 01 00 01 | via 10.1.0.1
                                        10 00 00 00 07 00 00 00 08 00 05 00 0a 01 00 03 | via 10.1.0.3
                                        """)))
                .singleElement()
                .satisfies(route -> {
                    assertThat(route.destination()).isEqualTo(Cidr.parse("10.8.0.0/16"));
                    assertThat(route.via()).isNull();
                    assertThat(route.dev()).isNull();
                });
    }

    // ip -6 route show table 102, after ip -6 route add ::ffff:192.0.2.0/120 via fd01::1 dev v0
    @Test
    void anIpv4MappedDestinationStaysIpv6() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        88 00 00 00 18 00 22 00 01 00 00 00 5a 00 00 00             |
                                        0a 78 00 00 66 03 00 01 00 00 00 00                         |
                                        08 00 0f 00 66 00 00 00                                     | RTA_TABLE
                                        14 00 01 00 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 00 | RTA_DST
                                        08 00 06 00 00 04 00 00                                     | RTA_PRIORITY
                                        14 00 05 00 fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | RTA_GATEWAY
                                        08 00 04 00 07 00 00 00                                     | RTA_OIF
                                        24 00 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | RTA_CACHEINFO
                                        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00             |
                                        05 00 14 00 00 00 00 00                                     | RTA_PREF
                                        """)))
                .singleElement()
                .extracting(Route::destination)
                .isEqualTo(Cidr.parse("::ffff:192.0.2.0/120"));
    }

    // ip route show table 102, after ip route add 10.8.0.0/16 via inet6 fd01::1 dev v0
    @Test
    void readsAnIpv4RouteOverIpv6AsOneThatNoWishCanBe() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        4c 00 00 00 18 00 22 00 01 00 00 00 5e 00 00 00 | RTM_NEWROUTE
                                        02 10 00 00 66 03 00 01 00 00 00 00             |
                                        08 00 0f 00 66 00 00 00                         | RTA_TABLE
                                        08 00 01 00 0a 08 00 00                         | RTA_DST
                                        16 00 12 00 0a 00                               | RTA_VIA: AF_INET6
                                        fd 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 |
                                        00 00                                           | padding
                                        08 00 04 00 07 00 00 00                         | RTA_OIF
                                        """)))
                .singleElement()
                .satisfies(route -> {
                    assertThat(route.via()).isNull();
                    assertThat(route.dev()).isNull();
                });
    }

    @Test
    void passesOverWhatNoWishCanBeAbout() {
        for (String header :
                List.of(
                        "02 10 00 00 64 03 00 01 00 02 00 00 | RTM_F_CLONED",
                        "02 10 00 10 64 03 00 01 00 00 00 00 | TOS",
                        "0a 40 40 00 64 03 00 01 00 00 00 00 | IPv6 source",
                        "02 10 00 00 64 03 00 0b 00 00 00 00 | RTN_XRESOLVE")) {
            assertThat(
                            codec.read(
                                    message(
                                            "1c 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |\n"
                                                    + header)))
                    .as(header)
                    .isEmpty();
        }
        assertThat(
                        codec.read(
                                message(
                                        """
                                        24 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                                        02 00 00 00 64 03 fd 01 00 00 00 00             |
                                        08 00 04 00 63 00 00 00                         | RTA_OIF 99: gone
                                        """)))
                .isEmpty();
    }

    @Test
    void passesOverAttributesItDoesNotKnow() {
        assertThat(
                        codec.read(
                                message(
                                        """
                                        2c 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                                        02 00 00 00 64 c7 fd 01 00 00 00 00             |
                                        05 00 ff 3f 2a 00 00 00                         | 16383, odd length
                                        08 00 04 c0 07 00 00 00                         | RTA_OIF and flags
                                        """)))
                .containsExactly(
                        Route.connected(Cidr.ANY_IPV4, V0, new TableId(100)).withProtocol(199));
    }

    @Test
    void saysWhatIsWrongWithABrokenMessage() {
        String header = "02 10 00 00 64 03 fd 01 00 00 00 00 |\n";
        broken(
                """
                18 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                02 10 00 00 64 03 fd 01
                """,
                "message of type 24 has 8 bytes, less than its header");
        broken(
                "1c 00 00 00 1c 00 02 00 01 00 00 00 00 00 00 00 |\n" + header,
                "no route: message of type 28");
        broken(
                """
                1c 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                1c
                """
                        + header.substring(2),
                "address family 28");
        broken(attribute("07 00 01 00 0a 07 00 00"), "attribute 1 has 3 bytes, not 4");
        broken(attribute("ff ff 01 00 0a 07 00 00"), "an attribute claims 65535 bytes of 8");
        broken(attribute("03 00 01 00 0a 07 00 00"), "an attribute claims 3 bytes of 8");
        broken(
                attribute("08 00 01 00 0a 07 00 01"),
                "no route: route to 10.7.0.1/16 has bits behind its prefix");
        broken(attribute("0c 00 09 00 10 00 00 00 07 00 00 00"), "a next hop claims 16 bytes of 8");
        broken(
                attribute("08 00 0f 00 00 00 00 00"),
                "no route: table 0 is not within 1..4294967295");
    }

    private static String attribute(String attribute) {
        int length = 28 + attribute.split(" ").length;
        return Integer.toHexString(length)
                + """
                 00 00 00 18 00 02 00 01 00 00 00 00 00 00 00 |
                02 10 00 00 64 03 fd 01 00 00 00 00 |

                """
                + attribute;
    }

    private void broken(String text, String why) {
        assertThatThrownBy(() -> codec.read(message(text)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(why);
    }
}

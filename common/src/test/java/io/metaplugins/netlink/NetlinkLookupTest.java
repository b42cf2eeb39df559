package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.engine.KernelException;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Packet;
import io.metaplugins.kernel.Query;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel would do with a packet, beside what {@code ip route get} says of it. */
class NetlinkLookupTest extends KernelOfNetns {
    @BeforeEach
    void makeTables() {
        ip("addr add 10.2.0.2/16 dev v1");
        ip("route add default via 10.1.0.1");
        ip("route add default via 10.2.0.1 dev v1 table 102");
        ip("rule add priority 1001 from 10.2.0.2 lookup 102");
        ip("route add 10.7.0.0/16 via 10.2.0.7 src 10.2.0.2 table 4000000000");
        ip("rule add priority 1000 fwmark 7 lookup 4000000000");
        ip("route add 10.8.0.0/16 table 4000000000 nexthop via 10.1.0.8 nexthop via 10.2.0.8");
        ip("route add unreachable 10.66.0.0/16");
        ip("-6 route add default via fd01::1 table 102");
        ip("-6 rule add priority 1001 to fd99::/16 lookup 102");
        ip("-6 route add unreachable fd66::/16");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "198.51.100.1, -, 0",
                "198.51.100.1, 10.2.0.2, 0",
                "10.7.0.1, -, 7",
                "10.7.0.1, 10.1.0.2, 7",
                "10.7.0.1, -, 0",
                "10.1.0.9, -, 0",
                "10.1.0.2, -, 0",
                "127.0.0.1, -, 0",
                "10.1.255.255, -, 0",
                "224.0.0.1, -, 0",
                "fd99::1, -, 0",
                "fd01::9, -, 0",
                "fd01::2, -, 0",
                "ff02::1, -, 0",
                "::1, -, 0",
            })
    void findsTheWayThatIpShows(String to, @Nullable String from, long mark) {
        String told = ip("route get " + to + (from == null ? "" : " from " + from) + mark(mark));

        assertThat(inWordsOfIp(to, from, mark)).isEqualTo(shortened(told));
    }

    @Test
    void tellsTheRouteOfTheTableThatTheWayComesFrom() {
        assertThat(route("198.51.100.1", "10.2.0.2", 0))
                .containsExactly("route default via 10.2.0.1 dev v1 table 102");
        assertThat(route("10.7.0.1", null, 7))
                .containsExactly(
                        "route 10.7.0.0/16 via 10.2.0.7 dev v1 table 4000000000 src 10.2.0.2");
        assertThat(route("fd99::1", null, 0))
                .containsExactly("route default via fd01::1 dev v0 table 102 metric 1024");
        assertThat(route("10.1.0.2", null, 0))
                .containsExactly(
                        "route local 10.1.0.2/32 dev v0 table local scope host src 10.1.0.2");
    }

    /** A route of several hops is one thing; which hop a packet gets, its way tells. */
    @Test
    void tellsARouteOfSeveralHopsWithoutThem() {
        assertThat(route("10.8.0.1", null, 7))
                .containsExactly("route 10.8.0.0/16 table 4000000000");
        assertThat(way("10.8.0.1", null, 7)).singleElement().asString().contains("via 10.");
    }

    @Test
    void nothingLeadsWhereTheKernelKnowsNoWay() {
        for (String nowhere : List.of("10.66.0.1", "fd66::1", "2001:db8::1")) {
            assertThat(route(nowhere, null, 0)).as(nowhere).isEmpty();
            assertThat(way(nowhere, null, 0)).as(nowhere).isEmpty();
        }
    }

    @Test
    void forwardedPacketsAreLookedUpAsIfTheyCameIn() {
        testNetns.run("sysctl", "-qw", "net.ipv4.conf.v1.forwarding=1");
        Packet packet =
                new Packet(IpAddress.parse("198.51.100.1"), IpAddress.parse("10.2.0.9"), 0, V1);

        assertThat(kernel.read(new Query.WayOf(packet)))
                .singleElement()
                .asString()
                .isEqualTo("route 198.51.100.1/32 via 10.1.0.1 dev v0 table main");
    }

    @Test
    void whatComesInByNoInterfaceIsRefused() {
        InterfaceName none = new InterfaceName("none");

        assertThatThrownBy(() ->
                        kernel.read(
                                new Query.WayOf(
                                        new Packet(IpAddress.parse("10.1.0.9"), null, 7, none))))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("packet to 10.1.0.9 mark 0x7 iif none")
                .hasMessageContaining("ENODEV");
    }

    private List<String> route(String to, @Nullable String from, long mark) {
        return kernel.read(new Query.RouteFor(packet(to, from, mark))).stream()
                .map(KernelObject::toString)
                .toList();
    }

    private List<String> way(String to, @Nullable String from, long mark) {
        return kernel.read(new Query.WayOf(packet(to, from, mark))).stream()
                .map(KernelObject::toString)
                .toList();
    }

    private static Packet packet(String to, @Nullable String from, long mark) {
        return new Packet(
                IpAddress.parse(to), from == null ? null : IpAddress.parse(from), mark, null);
    }

    private static String mark(long mark) {
        return mark == 0 ? "" : " mark " + mark;
    }

    private String inWordsOfIp(String to, @Nullable String from, long mark) {
        List<String> ways = way(to, from, mark);
        return ways.getFirst()
                .replace("route ", "")
                .replace("/32", "")
                .replace("/128", "")
                .replace(" table main", "");
    }

    /** Without what it repeats of the question, and what it says besides. */
    private static String shortened(String told) {
        return told.lines()
                .findFirst()
                .orElse("")
                .replaceAll(" (from|mark|uid|proto|metric|pref|scope) \\S+", "")
                .replace(" rt_offload_failed", "")
                .strip();
    }
}

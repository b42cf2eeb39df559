package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Rule;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.JnrServerLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.Shell;
import io.metaplugins.testkit.TestNetns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** News of a namespace that nobody holds open, told in another one. */
@ExtendWith(HostUnchanged.class)
class MonitorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InterfaceName V0 = new InterfaceName("v0");
    private static final Query RULES = new Query.Rules(IpFamily.IPV4);

    private final Libc libc = JnrLibc.load();
    private final ServerLibc server = JnrServerLibc.load();
    private TestNetns node;
    private TestNetns pod;
    private Netns nodeNetns;
    private Monitor monitor;
    private int id;

    @BeforeEach
    void open() {
        node = TestNetns.create("node");
        pod = TestNetns.create("pod");
        for (TestNetns each : List.of(node, pod)) {
            // Addresses that come by themselves come at their own time.
            each.run("sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1");
            each.run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
            each.run("ip", "link", "set", "v1", "up");
            each.run("ip", "link", "set", "v0", "up");
            each.run("ip", "addr", "add", "10.1.0.2/16", "dev", "v0");
        }
        nodeNetns = Netns.open(libc, node.path());
        monitor = Monitor.open(libc, server, nodeNetns);
        try (Netns netns = Netns.open(libc, pod.path())) {
            id = monitor.ids().give(netns);
        }
        quiet();
    }

    @AfterEach
    void close() {
        monitor.close();
        nodeNetns.close();
        pod.close();
        node.close();
    }

    /** Takes what is told of the past, which ends with what this does. */
    private void quiet() {
        pod.run("ip", "rule", "add", "priority", "77", "lookup", "77");
        await(heard -> of(heard).answers().contains(RULES));
        node.run("ip", "rule", "add", "priority", "77", "lookup", "77");
        await(heard -> heard.here().answers().contains(RULES));
    }

    private Touched of(Heard heard) {
        return heard.elsewhere().getOrDefault(id, Touched.nothing());
    }

    /** All that is heard until it is enough. */
    private Heard await(Function<Heard, Boolean> enough) {
        Heard all = Heard.nothing(false);
        long start = System.nanoTime();
        while (!enough.apply(all)) {
            all = all.and(monitor.poll(1000));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("heard %s", all)
                    .isLessThan(PATIENCE);
        }
        return all;
    }

    /** What is heard of one command, and nothing besides. */
    private Touched heard(TestNetns where, String command) {
        where.run("sh", "-c", command);
        Heard heard = await(all -> !(where == node ? all.here() : of(all)).isNothing());
        assertThat(where == node ? of(heard) : heard.here()).isEqualTo(Touched.nothing());
        return where == node ? heard.here() : of(heard);
    }

    private static Query routes(IpFamily family, long table) {
        return new Query.Routes(family, new TableId(table));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsWhatChangedAndWhere(boolean here) {
        TestNetns where = here ? node : pod;
        assertThat(heard(where, "ip rule add priority 5 lookup 7").answers())
                .containsExactly(RULES);
        assertThat(heard(where, "ip -6 rule add priority 5 lookup 7").answers())
                .containsExactly(new Query.Rules(IpFamily.IPV6));
        assertThat(heard(where, "ip route add 10.9.0.0/16 dev v0 table 100").answers())
                .containsExactly(routes(IpFamily.IPV4, 100));
        assertThat(heard(where, "ip route del 10.9.0.0/16 table 100").answers())
                .containsExactly(routes(IpFamily.IPV4, 100));
        assertThat(heard(where, "ip -6 route add fd09::/64 dev v0 table 4000000000").answers())
                .containsExactly(routes(IpFamily.IPV6, 4_000_000_000L));
        assertThat(heard(where, "ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:01 dev v0"))
                .extracting(Touched::neighbours)
                .isEqualTo(Set.of(IpAddress.parse("10.1.0.9")));
        assertThat(heard(where, "ip neigh del 10.1.0.9 dev v0").neighbours())
                .contains(IpAddress.parse("10.1.0.9"));
        assertThat(heard(where, "ip link set v0 mtu 1400").links()).contains(V0);
        assertThat(heard(where, "echo 2 > /proc/sys/net/ipv4/conf/v0/rp_filter").indices())
                .hasSize(1);
        assertThat(heard(where, "echo 2 > /proc/sys/net/ipv4/conf/all/rp_filter").links())
                .containsExactly(new InterfaceName("all"));
        assertThat(heard(where, "nft add table inet meta-plugins").answers())
                .containsExactly(new Query.NftRules(NftChain.TABLE));
        assertThat(heard(where, "nft flush ruleset").answers())
                .containsExactly(new Query.NftRules(NftChain.TABLE));
        assertThat(heard(where, "ip addr add 10.1.0.3/32 dev v0").answers())
                .contains(new Query.Addresses(IpFamily.IPV4));
        assertThat(heard(where, "ip link del v1").links()).contains(V0);
    }

    @Test
    void doesNotTellWhatOurOwnSocketsDid() {
        Rule rule = Rule.all(IpFamily.IPV4, 1000, new TableId(500));
        NftRule filter =
                new NftRule(
                        NftChain.ours(
                                "requests", NftChain.Type.FILTER, NftChain.Hook.PREROUTING, -150),
                        "ours",
                        List.of(new NftRule.InInterface(V0)));
        try (Netns netns = Netns.open(libc, pod.path());
                NetlinkKernel inPod = NetlinkKernel.open(libc, netns);
                NetlinkKernel inNode = NetlinkKernel.open(libc, nodeNetns)) {
            for (NetlinkKernel kernel : List.of(inPod, inNode)) {
                for (KernelObject object : List.of(rule, filter)) {
                    assertThat(kernel.write(List.of(new Change(Act.ADD, object)))).isEmpty();
                }
            }
        }

        pod.run("ip", "route", "add", "10.9.0.0/16", "dev", "v0", "table", "100");

        Heard heard = await(all -> !of(all).isNothing());
        assertThat(of(heard).answers()).containsExactly(routes(IpFamily.IPV4, 100));
        assertThat(heard.here()).isEqualTo(Touched.nothing());
        assertThat(pod.run("nft", "list", "ruleset")).contains("ours");
    }

    @Test
    void aNamespaceHasOneNumber() {
        try (Netns netns = Netns.open(libc, pod.path());
                NamespaceIds others = NamespaceIds.open(libc, nodeNetns)) {
            assertThat(others.find(netns)).hasValue(id);
            assertThat(others.give(netns)).isEqualTo(id);
        }
    }

    @Test
    void tellsOfItselfWhereItHasANumberForItself() {
        int self = monitor.ids().give(nodeNetns);

        Touched touched = heard(node, "ip rule add priority 5 lookup 7");

        assertThat(touched.answers()).containsExactly(RULES);
        assertThat(self).isNotEqualTo(id);
    }

    /** A link to the outside tells whether the namespace is taken apart: its end goes with it. */
    @Test
    void keepsNoNamespaceAlive() {
        node.run(
                "ip",
                "link",
                "add",
                "end",
                "type",
                "veth",
                "peer",
                "name",
                "e",
                "netns",
                pod.name());

        Shell.run("ip", "netns", "delete", pod.name());

        Heard heard = await(all -> all.gone().contains(id));
        assertThat(heard.here().links()).contains(new InterfaceName("end"));
        assertThat(node.attempt("", Map.of(), "ip", "link", "show", "end").succeeded()).isFalse();
        pod = TestNetns.create("pod");
    }

    @Test
    void saysThatItMissedSomethingInAStorm() {
        try (Monitor small = Monitor.open(libc, server, nodeNetns, 4096)) {
            pod.run(
                    "sh",
                    "-c",
                    "for i in $(seq 1 200); do echo rule add priority $i lookup 9; done | ip -batch -");

            Heard heard = small.poll(1000);
            for (int more = 0; more < 100 && !heard.missed(); more++) {
                heard = heard.and(small.poll(100));
            }

            assertThat(heard.missed()).isTrue();
            while (!small.poll(0).isNothing()) {}
            pod.run("ip", "route", "add", "10.9.0.0/16", "dev", "v0", "table", "100");
            assertThat(of(small.poll(60_000)).answers())
                    .containsExactly(routes(IpFamily.IPV4, 100));
        }
    }
}

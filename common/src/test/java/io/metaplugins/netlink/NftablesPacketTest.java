package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftChain.Hook;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.ConnectionMarked;
import io.metaplugins.kernel.NftRule.DestinationTranslated;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Mark;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.MarkPacket;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.NftRule.OutInterface;
import io.metaplugins.kernel.NftRule.Part;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What rules do to packets. The pod has eth0 on a LAN, by which its default route leads, and veth0
 * to its node, from which requests come of addresses that the LAN does not know.
 */
class NftablesPacketTest {
    private static final Mark MARK = new Mark(0x0100_0000L, 0xff00_0000L);

    private final Libc libc = JnrLibc.load();
    private TestNetns pod;
    private TestNetns node;
    private TestNetns lan;

    @BeforeEach
    void wire() {
        pod = TestNetns.create("pod");
        node = TestNetns.create("node");
        lan = TestNetns.create("lan");
        for (TestNetns each : List.of(pod, node, lan)) {
            each.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
            each.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0");
            each.run("sysctl", "-qw", "net.ipv4.conf.default.rp_filter=0");
        }
        ip(lan, "link add port type veth peer name eth0 netns " + pod.name());
        ip(lan, "link add uplink type veth peer name eth0 netns " + node.name());
        ip(lan, "link add lan type bridge");
        ip(lan, "link set port master lan up");
        ip(lan, "link set uplink master lan up");
        ip(lan, "link set lan up");
        ip(
                node,
                "link add pod address 02:00:00:00:00:01 type veth peer name veth0 netns "
                        + pod.name());
        ip(pod, "link set veth0 address 02:00:00:00:00:02 up");
        ip(pod, "link set eth0 up");
        ip(node, "link set pod up");
        ip(node, "link set eth0 up");
        address(lan, "lan", "1");
        address(pod, "eth0", "2");
        address(node, "eth0", "3");
        addressPod("", "10.9.9.9/32", "172.18.0.2", "172.18.0.1", "169.254.1.1");
        addressPod("-6 ", "fd09::9/128", "fd18::2", "fd18::1", "fe80::1");
    }

    private static void address(TestNetns netns, String dev, String number) {
        ip(netns, "addr add 172.18.0." + number + "/24 dev " + dev);
        ip(netns, "addr add fd18::" + number + "/64 dev " + dev + " nodad");
    }

    private void addressPod(
            String family, String client, String address, String gateway, String node0) {
        ip(node, family + "addr add " + client + " dev lo");
        ip(node, family + "route add " + address + " dev pod");
        ip(node, family + "neigh add " + address + " lladdr 02:00:00:00:00:02 dev pod");
        ip(pod, family + "route add default via " + gateway + " dev eth0");
        ip(pod, family + "neigh add " + node0 + " lladdr 02:00:00:00:00:01 dev veth0");
        ip(pod, family + "route add default via " + node0 + " dev veth0 onlink table 100");
        ip(pod, family + "rule add fwmark 0x1000000/0xff000000 lookup 100 priority 1000");
    }

    @AfterEach
    void tearDown() {
        lan.close();
        node.close();
        pod.close();
    }

    private static String ip(TestNetns netns, String arguments) {
        return netns.run(("ip " + arguments).split(" "));
    }

    private static boolean pings(TestNetns from, String source, String destination) {
        return from.attempt("", Map.of(), "ping", "-c1", "-W1", "-I", source, destination)
                .succeeded();
    }

    private void add(TestNetns testNetns, NftChain chain, Part... parts) {
        NftRule rule = new NftRule(chain, "test", List.of(parts));
        try (Netns netns = Netns.open(libc, testNetns.path());
                NetlinkKernel kernel = NetlinkKernel.open(libc, netns)) {
            assertThat(kernel.write(List.of(new Change(Change.Act.ADD, rule)))).isEmpty();
        }
    }

    private void answerWhereRequestsCameIn() {
        add(
                pod,
                NftChain.ours("requests", NftChain.Type.FILTER, Hook.PREROUTING, -150),
                new InInterface(new InterfaceName("veth0")),
                new NewConnection(),
                new MarkConnection(MARK));
        add(
                pod,
                NftChain.ours("replies", NftChain.Type.ROUTE, Hook.OUTPUT, -150),
                new OfDirection(true),
                new ConnectionMarked(MARK),
                new MarkPacket(MARK));
    }

    /** Counts what leaves the pod, behind all others. */
    private void count(String... matches) {
        pod.run("nft", "add table inet witness");
        pod.run("nft", "add chain inet witness out { type filter hook postrouting priority 300; }");
        for (String match : matches) {
            pod.run("nft", "add rule inet witness out " + match + " counter");
        }
    }

    private List<String> counts() {
        return pod.run("nft", "list table inet witness")
                .lines()
                .filter(line -> line.contains("counter packets"))
                .map(line -> line.replaceAll(".*counter packets ([0-9]+).*", "$1"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.9.9, 172.18.0.2, 172.18.0.1, icmp type echo-reply, icmp type echo-request",
        "fd09::9, fd18::2, fd18::1, icmpv6 type echo-reply, icmpv6 type echo-request"
    })
    void repliesLeaveByTheInterfaceOfTheRequest(
            String client, String address, String gateway, String reply, String request) {
        count(
                "oifname \"veth0\" " + reply + " meta mark 0x1000000",
                "oifname \"eth0\" " + reply,
                "oifname \"eth0\" " + request + " meta mark 0",
                "oifname \"veth0\" " + request);
        assertThat(pings(node, client, address)).isFalse();
        assertThat(counts()).containsExactly("0", "1", "0", "0");

        answerWhereRequestsCameIn();

        assertThat(pings(node, client, address)).isTrue();
        assertThat(pings(pod, address, gateway)).isTrue();
        assertThat(pings(lan, gateway, address)).isTrue();
        assertThat(counts()).containsExactly("1", "2", "1", "0");
    }

    /** A mesh or an overlay has marks of its own, on connections and on packets. */
    @Test
    void keepsTheBitsOfOthers() {
        pod.run("nft", "add table inet mesh");
        pod.run("nft", "add chain inet mesh in { type filter hook prerouting priority -160; }");
        pod.run("nft", "add rule inet mesh in ct mark set 0x00c0ffee");
        pod.run("nft", "add chain inet mesh out { type route hook output priority -160; }");
        pod.run("nft", "add rule inet mesh out meta mark set 0x00000539");
        answerWhereRequestsCameIn();
        count("icmp type echo-reply oifname \"veth0\" ct mark 0x01c0ffee meta mark 0x01000539");

        assertThat(pings(node, "10.9.9.9", "172.18.0.2")).isTrue();

        assertThat(counts()).containsExactly("1");
    }

    /** Unconditionally, it would hide who talks to whom from all that is not translated. */
    @Test
    void masqueradesOnlyWhatWasTranslated() {
        node.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        node.run("nft", "add table ip proxy");
        node.run("nft", "add chain ip proxy services { type nat hook prerouting priority -100; }");
        node.run("nft", "add rule ip proxy services ip daddr 10.96.0.1 dnat to 172.18.0.1");
        add(
                node,
                NftChain.ours("source", NftChain.Type.NAT, Hook.POSTROUTING, 99),
                new InInterface(new InterfaceName("pod")),
                new OutInterface(new InterfaceName("eth0")),
                new DestinationTranslated(),
                new Masquerade(false));
        lan.run("nft", "add table ip witness");
        lan.run("nft", "add chain ip witness in { type filter hook input priority 0; }");
        lan.run("nft", "add rule ip witness in icmp type echo-request ip saddr 172.18.0.3 counter");
        lan.run("nft", "add rule ip witness in icmp type echo-request ip saddr 172.18.0.2 counter");
        ip(pod, "route add 10.96.0.1 via 169.254.1.1 dev veth0 onlink");
        ip(pod, "route add 172.18.0.1 via 169.254.1.1 dev veth0 onlink");

        assertThat(pings(pod, "172.18.0.2", "10.96.0.1")).isTrue();
        assertThat(pings(pod, "172.18.0.2", "172.18.0.1")).isTrue();

        assertThat(lan.run("nft", "list table ip witness"))
                .containsPattern("172.18.0.3 counter packets 1 ")
                .containsPattern("172.18.0.2 counter packets 1 ");
    }
}

package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.ETH0;
import static io.metaplugins.e2e.Place.GATEWAY;
import static io.metaplugins.e2e.Place.NET1;
import static io.metaplugins.e2e.Place.NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE_NET1;
import static io.metaplugins.e2e.Place.OTHER_NODE_POD;
import static io.metaplugins.e2e.Place.OTHER_NODE_UNDERLAY;
import static io.metaplugins.e2e.Place.OUTSIDE;
import static io.metaplugins.e2e.Place.POD;
import static io.metaplugins.e2e.Place.SAME_NODE_NET1;
import static io.metaplugins.e2e.Place.SAME_NODE_POD;
import static io.metaplugins.e2e.Place.SERVICE_ON_OTHER_NODE;
import static io.metaplugins.e2e.Place.SERVICE_OTHER_NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods, names and overlays other than the documented ones. */
class VariationsTest {
    private static final Setting STRICT = new Setting(1, 1, true);

    @ParameterizedTest(name = "a pod with {0} alone on net1 has all its flows of that family")
    @EnumSource
    void oneFamily(IpFamily family) {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1().only(family))) {
            pod.cluster().set(STRICT);
            List<Flow> flows = Flows.ofPodWithNet1();

            assertThat(pod.walk(flows, family)).containsExactlyElementsOf(flows);
        }
    }

    @ParameterizedTest(name = "a NIC may be called {0}")
    @ValueSource(strings = {"data0", "storage-net.100", "eth1", "net7"})
    void anyName(String name) {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1().named(name))) {
            pod.cluster().set(STRICT);
            List<Flow> flows =
                    List.of(
                            new Flow(POD, OUTSIDE, name, name),
                            new Flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(OUTSIDE, NET1, name, name),
                            new Flow(NODE, NET1, "eth0", "eth0"));

            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
            assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
        }
    }

    @Test
    void podsWithNet1MeetOnTheUnderlayAndOnTheOverlay() {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1())) {
            pod.cluster().giveNet1ToTheOtherPods();
            pod.cluster().set(STRICT);
            List<Flow> flows =
                    List.of(
                            new Flow(POD, SAME_NODE_NET1, "net1", "net1"),
                            new Flow(POD, OTHER_NODE_NET1, "net1", "net1"),
                            new Flow(POD, SAME_NODE_POD, "eth0", "eth0"),
                            new Flow(POD, OTHER_NODE_POD, "eth0", "eth0"),
                            new Flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(SAME_NODE_NET1, NET1, "net1", "net1"),
                            new Flow(OTHER_NODE_NET1, NET1, "net1", "net1"),
                            new Flow(SAME_NODE_POD, NET1, "net1", "net1"),
                            new Flow(OTHER_NODE_POD, NET1, "net1", "net1"));

            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
            assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
        }
    }

    /** By default Linux answers on every NIC for every address of its own. */
    @Test
    void eachOfTwoNicsOnOneWireAnswersForItsOwnAddressAlone() {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1(), Nic.net2().inAnotherSubnet())) {
            pod.inPod(
                    """
                    nft -f - <<'END'
                    table arp witness {
                      counter flux {}
                      chain out {
                        type filter hook output priority 0;
                        arp operation reply oifname net1 arp saddr ip 172.18.24.120 counter accept
                        arp operation reply oifname net2 arp saddr ip 172.18.24.120 counter name flux
                      }
                    }
                    END
                    """);

            pod.cluster().sandbox().run("gateway", "ping -c1 -W1 172.18.24.120");

            assertThat(pod.inPod("nft list table arp witness"))
                    .doesNotContain("counter packets 0")
                    .contains("packets 0 bytes 0");
        }
    }

    /** Where eth0's other end is a port of a bridge, the bridge is what the node routes by. */
    @Test
    void anOverlayThatIsABridgeDoesAsWell() {
        try (PodOfManyNics pod = PodOfManyNics.on(new Flannel())) {
            pod.add(Nic.net1());
            pod.cluster().set(STRICT);
            List<Flow> flows =
                    List.of(
                            new Flow(POD, SAME_NODE_POD, "eth0", "eth0"),
                            new Flow(POD, OTHER_NODE_POD, "eth0", "eth0"),
                            new Flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(POD, SERVICE_ON_OTHER_NODE, "eth0", "eth0"),
                            new Flow(POD, NODE, "eth0", "eth0"),
                            new Flow(POD, OTHER_NODE, "net1", "net1"),
                            new Flow(POD, GATEWAY, "net1", "net1"),
                            new Flow(POD, OUTSIDE, "net1", "net1"),
                            new Flow(NET1, SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(OTHER_NODE_POD, ETH0, "eth0", "eth0"),
                            new Flow(NODE, ETH0, "eth0", "eth0"),
                            new Flow(NODE, NET1, "eth0", "eth0"),
                            new Flow(SAME_NODE_POD, NET1, "eth0", "eth0"),
                            new Flow(OTHER_NODE, NET1, "net1", "net1"),
                            new Flow(OUTSIDE, NET1, "net1", "net1"));

            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
            assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
            assertThat(pod.onNode("ip route show table 500")).contains("172.18.24.120 dev cni0");
        }
    }

    /** As NodeLocal DNSCache has it: an address that means another host on each link. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void aLinkLocalAddressOfTheNodeIsReachedIfItIsHijacked(Scenario scenario) {
        try (PodOfManyNics pod = scenario.open()) {
            pod.onNode("ip address add 169.254.20.10/32 dev lo");
            pod.add(scenario.first().with("\"additional_hijack_subnet\": [\"169.254.0.0/16\"]"));
            pod.cluster().set(STRICT);

            assertThat(pod.inPod("ping -c1 -W3 169.254.20.10")).contains("1 received");
        }
    }

    /** The other node's own filter would not let such packets through the overlay at all. */
    @ParameterizedTest(name = "with rp_filter {0} in the pod")
    @ValueSource(ints = {0, 1, 2})
    void withReplyPathWhatComesInByEth0IsAnsweredByEth0(int filter) {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1().with("\"reply_path\": true"))) {
            pod.cluster().set(new Setting(0, filter, true));
            List<Flow> flows = List.of(new Flow(OTHER_NODE_UNDERLAY, ETH0, "eth0", "eth0"));

            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        }
    }

    /** A virtual function reaches its node by itself, so the node needs no help to reach it. */
    @Test
    void inSriovModeTheNodeIsLeftAlone() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            Nic nic = Nic.net1().with("\"sriov\": true");
            pod.addByMacvlanAlone(nic);
            List<String> before = pod.cluster().picture("node1");

            pod.runtime().addOnly("router", nic.attachment());

            assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(before);
            List<Flow> flows =
                    List.of(
                            new Flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                            new Flow(POD, OTHER_NODE_POD, "eth0", "eth0"),
                            new Flow(POD, GATEWAY, "net1", "net1"),
                            new Flow(POD, OUTSIDE, "net1", "net1"),
                            new Flow(OUTSIDE, NET1, "net1", "net1"));
            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        }
    }

    @Test
    void migrateRoute0LeavesMainAsTheMacvlanPluginMadeIt() {
        try (PodOfManyNics pod = PodOfManyNics.with(Nic.net1().with("\"migrate_route\": 0"))) {
            assertThat(pod.inPod("ip route show default").lines().map(String::strip))
                    .containsExactly(
                            "default via 172.18.0.1 dev net1", "default via 169.254.1.1 dev eth0");
        }
    }
}

package io.metaplugins.e2e;

import static io.metaplugins.e2e.IpOutput.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@code ip} shows in the pod and on the node of the quick start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedPodTest {
    private final PodOfManyNics pod = PodOfManyNics.onCalico();

    @BeforeAll
    void addNet1() {
        // The node of the quick start has no tunnel address.
        pod.onNode("ip address del 10.244.1.0/32 dev vxlan.calico");
        pod.add(Nic.net1().only(IpFamily.IPV4));
    }

    @AfterAll
    void close() {
        pod.close();
    }

    @Test
    void rulesLeadServicesTheOverlayAndEachAddressToItsTable() {
        assertThat(lines(pod.inPod("ip rule")))
                .containsExactly(
                        "0: from all lookup local",
                        "1000: from all to 10.244.64.0/18 lookup 100",
                        "1000: from all to 10.244.0.0/18 lookup 100",
                        "1001: from 172.18.24.120 lookup 101",
                        "1002: from 10.244.181.69 lookup 100",
                        "32766: from all lookup main",
                        "32767: from all lookup default");
    }

    @Test
    void table100HasTheOverlayTheNodeAndTheUnderlaySubnet() {
        assertThat(lines(pod.inPod("ip route show table 100")))
                .containsExactlyInAnyOrder(
                        "default via 169.254.1.1 dev eth0",
                        "169.254.1.1 dev eth0 scope link",
                        "172.18.0.0/16 dev net1 scope link src 172.18.24.120",
                        "172.18.0.2 dev eth0 scope link");
    }

    @Test
    void table101HasTheUnderlayAndTheNode() {
        assertThat(lines(pod.inPod("ip route show table 101")))
                .containsExactlyInAnyOrder(
                        "default via 172.18.0.1 dev net1",
                        "172.18.0.0/16 dev net1 scope link src 172.18.24.120",
                        "172.18.0.2 dev eth0 scope link");
    }

    @Test
    void mainHasTheDefaultOfNet1AndTheNodeByEth0() {
        assertThat(lines(pod.inPod("ip route")))
                .containsExactlyInAnyOrder(
                        "default via 172.18.0.1 dev net1",
                        "169.254.1.1 dev eth0 scope link",
                        "172.18.0.0/16 dev net1 scope link src 172.18.24.120",
                        "172.18.0.2 dev eth0 scope link");
    }

    @Test
    void theNodeHasNet1BehindTheVethOfEth0() {
        assertThat(lines(pod.onNode("ip rule"))).contains("1000: from all lookup 500");
        assertThat(lines(pod.onNode("ip route show table 500")))
                .containsExactly("172.18.24.120 dev cali8f2c1d94b3e scope link");
    }

    @Test
    void neighboursArePermanentOnBothEnds() {
        assertThat(lines(pod.onNode("ip neighbour show dev cali8f2c1d94b3e nud permanent")))
                .containsExactly("172.18.24.120 lladdr " + eth0Mac() + " PERMANENT");
        assertThat(lines(pod.inPod("ip neighbour show dev eth0 nud permanent")))
                .contains("172.18.0.2 lladdr ee:ee:ee:ee:ee:ee PERMANENT");
    }

    private String eth0Mac() {
        return pod.inPod("ip -br link show dev eth0 | awk '{print $3}'").strip();
    }
}

package io.metaplugins.e2e;

import static io.metaplugins.e2e.IpOutput.lines;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.net.IpFamily;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@code ip} and {@code nft} show of the quick start's pod whose first NIC is a macvlan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedMacvlanPodTest {
    private static final Nic ETH0 =
            Nic.eth0().only(IpFamily.IPV4).with("\"mac_prefix\": \"0a:1b\"");

    private final PodOfManyNics pod = PodOfManyNics.on(new BarePods());
    private JsonNode result;

    @BeforeAll
    void addEth0() {
        // The node of the quick start has no tunnel address.
        pod.onNode("ip address del 10.244.1.0/32 dev vxlan.calico");
        result = pod.add(ETH0);
    }

    @AfterAll
    void close() {
        pod.close();
    }

    @Test
    void mainHasServicesAndTheOverlayByTheNode() {
        assertThat(lines(pod.inPod("ip route")))
                .containsExactlyInAnyOrder(
                        "default via 172.18.0.1 dev eth0",
                        "10.244.64.0/18 via 172.18.0.2 dev veth0 src 172.18.24.124",
                        "10.244.0.0/18 via 172.18.0.2 dev veth0 src 172.18.24.124",
                        "172.18.0.0/16 dev eth0 scope link src 172.18.24.124",
                        "172.18.0.2 dev veth0 scope link src 172.18.24.124");
    }

    @Test
    void aRuleLeadsMarkedRepliesToTheNode() {
        assertThat(lines(pod.inPod("ip rule")))
                .contains(
                        "999: from all fwmark 0x2000000/0xff000000 lookup 100",
                        "1001: from 172.18.24.124 lookup 101");
        assertThat(lines(pod.inPod("ip route show table 100")))
                .containsExactlyInAnyOrder(
                        "default via 172.18.0.2 dev veth0", "172.18.0.2 dev veth0 scope link");
        assertThat(pod.inPod("nft list chain inet meta-plugins requests"))
                .contains("iifname \"veth0\" ct state new ct mark set ct mark &", "| 0x02000000");
    }

    @Test
    void theNodeHasThePodBehindItsOwnVeth() {
        assertThat(lines(pod.onNode("ip route show table 500")))
                .containsExactly("172.18.24.124 dev vethpod-contain scope link");
        assertThat(pod.onNode("nft list chain inet meta-plugins services"))
                .contains("iifname \"vethpod-contain\" oifname \"eth0\" ct status dnat masquerade");
    }

    @Test
    void eth0HasTheMacAddressOfItsPrefixAndItsAddress() {
        assertThat(mac("eth0")).isEqualTo("0a:1b:ac:12:18:7c");
        assertThat(result.path("interfaces").path(0).path("mac").asText())
                .isEqualTo("0a:1b:ac:12:18:7c");
    }

    @Test
    void theResultListsThePair() {
        JsonNode host = result.path("interfaces").path(1);
        JsonNode inside = result.path("interfaces").path(2);

        assertThat(host.path("name").asText()).isEqualTo("vethpod-contain");
        assertThat(host.has("sandbox")).isFalse();
        assertThat(host.path("mac").asText())
                .isEqualTo(pod.onNode(macOf("vethpod-contain")).strip());
        assertThat(inside.path("name").asText()).isEqualTo("veth0");
        assertThat(inside.path("sandbox").asText()).isEqualTo(Sandbox.path("pod"));
        assertThat(inside.path("mac").asText()).isEqualTo(mac("veth0"));
    }

    private String mac(String dev) {
        return pod.inPod(macOf(dev)).strip();
    }

    private static String macOf(String dev) {
        return "ip -br link show dev " + dev + " | awk '{print $3}'";
    }
}

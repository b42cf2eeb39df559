package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.net.IpFamily;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A configuration of spiderpool's coordinator, with our executable linked under that name. */
class CoordinatorTest {
    private static final String NAME = "coordinator";
    private final Path link = Plugins.unpacked().ours().resolve(NAME);

    @BeforeEach
    void linkIt() throws IOException {
        Files.createSymbolicLink(link, Path.of("router"));
    }

    @AfterEach
    void unlinkIt() throws IOException {
        Files.delete(link);
    }

    @Test
    void autoIsVethForTheFirstNicAndForWhatFollowsIt() {
        try (PodOfManyNics pod = PodOfManyNics.on(new BarePods())) {
            Nic net1 = Nic.net1().inAnotherSubnet().by(NAME).with(keys("auto", "10.50.0.1"));
            JsonNode result = pod.add(Nic.eth0().by(NAME).with(keys("auto", "172.18.0.1")));
            pod.add(net1);

            assertThat(result.toString()).contains("veth0", "vethpod-contain", "0a:1b:ac:12");
            assertThat(pod.inPod("ip -br address show dev veth0")).contains("169.254.100.1/32");
            assertThat(pod.inPod("ip link show dev veth0")).contains("mtu 1400");
            assertThat(pod.inPod("ip link show dev eth0")).contains("qlen 1000");
            assertThat(pod.inPod("ip route")).contains("192.0.2.0/24 via 172.18.0.1 dev eth0");
            assertThat(pod.inPod("ip route show table 102"))
                    .contains("192.0.2.0/24 via 10.50.0.1 dev net1", "169.254.0.0/16 via 172.18");
            assertThat(pod.inPod("ip -br link").lines().filter(line -> line.startsWith("veth")))
                    .hasSize(1);
            assertThat(pod.onNode("cat /var/log/spidernet/coordinator.log")).contains("in use");
            List<Flow> flows = Flows.ofMacvlanPodWithNet1();
            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
            assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
            pod.runtime().checkOnly(NAME, net1.attachment());
            pod.runtime().delOnly(NAME, net1.attachment());
        }
    }

    @Test
    void autoIsRouterForAPodWithAnOverlayNic() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            Nic net1 = Nic.net1().by(NAME).with(keys("auto", "172.18.0.1"));
            pod.add(net1);

            List<Flow> flows = Flows.ofPodWithNet1();
            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
            assertThat(pod.inPod("ip -br link")).doesNotContain("veth0");
            pod.runtime().checkOnly(NAME, net1.attachment());
            pod.runtime().delOnly(NAME, net1.attachment());
            assertThat(pod.inPod("ip rule")).doesNotContain("lookup 10");
        }
    }

    @Test
    void disableHandsTheResultOn() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            Nic net1 = Nic.net1().by(NAME).with(keys("disable", "172.18.0.1"));
            pod.addByMacvlanAlone(net1);
            List<String> before = pod.cluster().picture("pod");
            JsonNode previous =
                    pod.runtime().configuration(net1.attachment(), NAME).path("prevResult");

            JsonNode result = pod.runtime().addOnly(NAME, net1.attachment());

            for (String field : List.of("interfaces", "ips", "routes")) {
                assertThat(result.path(field)).isEqualTo(previous.path(field));
            }
            assertThat(pod.cluster().picture("pod")).containsExactlyElementsOf(before);
        }
    }

    @Test
    void aModeThatThereIsNotIsNamed() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            Nic net1 = Nic.net1().by(NAME).with(keys("sideways", "172.18.0.1"));
            pod.addByMacvlanAlone(net1);
            Attachment attachment = net1.attachment();

            Shell.Output output = pod.runtime().attempt("ADD", NAME, attachment);

            assertThat(output.stdout()).contains("\"code\":7", "'mode'", "sideways", "underlay");
        }
    }

    private static String keys(String mode, String gateway) {
        return """
        "mode": "%s", "overlayPodCIDR": ["10.244.0.0/18", "fd00:10:244::/48"],
        "serviceCIDR": ["10.244.64.0/18", "fd00:10:64::/112"], "hijackCIDR": ["169.254.0.0/16"],
        "podMACPrefix": "0a:1b", "podDefaultCniNic": "eth0", "hostRuleTable": 500,
        "podRPFilter": 0, "tunePodRoutes": true, "txQueueLen": 1000, "vethMTU": 1400,
        "vethLinkAddress": "169.254.100.1", "detectIPConflict": true, "detectGateway": true,
        "detectOptions": {"retries": 3, "interval": "20ms", "timeout": "20ms"},
        "policyRoutes": [{"dst": "192.0.2.0/24", "gw": "%s"}],
        "logOptions": {"logLevel": "debug", "logFile": "/var/log/spidernet/coordinator.log"}
        """
                .formatted(mode, gateway);
    }
}

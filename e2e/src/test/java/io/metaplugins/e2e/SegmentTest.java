package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ADD asks and tells on the NIC's segment. */
@ParameterizedClass(name = "{0}")
@EnumSource(Scenario.class)
class SegmentTest {
    private static final String CONFLICT = "\"ip_conflict\": {\"enabled\": true}";
    private static final String REQUIRED =
            "\"gateway_check\": {\"enabled\": true, \"required\": true}";
    private static final int ADDRESS_IN_USE = 103;
    private static final int GATEWAY_SILENT = 104;

    private final String plugin;
    private final Nic nic;
    private final Nic second;
    private final PodOfManyNics pod;

    SegmentTest(Scenario scenario) {
        this.plugin = scenario.plugin();
        this.nic = scenario.first();
        this.second = scenario.second();
        this.pod = scenario.open();
    }

    @AfterEach
    void close() {
        pod.close();
    }

    @ParameterizedTest(name = "an address that another host has fails the pod: {0}")
    @ValueSource(booleans = {true, false})
    void anAddressThatAnotherHostHasFailsThePodWithoutATrace(boolean ipv4) {
        String address = ipv4 ? nic.bareAddress().ipv4() : nic.bareAddress().ipv6();
        pod.addByMacvlanAlone(nic.with(CONFLICT));
        pod.cluster()
                .sandbox()
                .run(
                        "ip -n gateway address add "
                                + address
                                + " dev eth0 nodad 2>/dev/null"
                                + " || ip -n gateway address add "
                                + address
                                + " dev eth0");
        List<String> before = pictures();

        JsonNode error = refused(nic.with(CONFLICT), ADDRESS_IN_USE);

        assertThat(error.path("details").asText()).contains(address, gatewaysMac());
        assertThat(pictures()).containsExactlyElementsOf(before);
        assertThat(pod.onNode("find /run/meta-plugins -name '*.json*'")).isEmpty();
    }

    @Test
    void explainTellsWhatIsAskedAndTold() {
        Nic asking = nic.with(CONFLICT).with(REQUIRED).with("\"mac_prefix\": \"0a:1b\"");
        pod.addByMacvlanAlone(asking);

        assertThat(pod.explain(plugin, asking.attachment()).stdout())
                .contains(
                        "# first of all, ip_conflict: asks 3 times, each 90 ms, whether another host"
                                + " has "
                                + nic.address().ipv4(),
                        "for 172.18.0.1, fd00:172:18::1, which must answer",
                        "# last of all, mac_prefix: announces");
    }

    @Test
    void freeAddressesAndAGatewayThatAnswersAreNoHindrance() {
        pod.add(nic.with(CONFLICT).with(REQUIRED));

        assertThat(log()).contains("0 of 2 addresses in use", "found in", "did not");
    }

    /** On one wire each NIC of a pod answers for the others until it is told not to. */
    @Test
    void thePodsOtherNicIsNoOtherHost() {
        pod.add(nic);

        pod.add(second.with(CONFLICT));

        assertThat(log()).contains("0 of 2 addresses in use");
    }

    @Test
    void aGatewayThatIsRequiredAndSilentFailsThePodWithoutATrace() {
        pod.addByMacvlanAlone(nic.with(REQUIRED));
        silenceTheGateway();
        List<String> before = pictures();

        JsonNode error = refused(nic.with(REQUIRED), GATEWAY_SILENT);

        assertThat(error.path("details").asText()).contains("172.18.0.1", "fd00:172:18::1");
        assertThat(pictures()).containsExactlyElementsOf(before);
    }

    @Test
    void aGatewayThatIsSilentIsInTheLogWhereItIsNotRequired() {
        silenceTheGateway();

        pod.add(nic.with("\"gateway_check\": {\"enabled\": true}"));

        assertThat(log()).contains("no answer of 172.18.0.1");
    }

    @Test
    void whoKnewTheOldMacAddressIsToldTheNewOne() {
        Nic prefixed = nic.with("\"mac_prefix\": \"0a-1b\"");
        pod.addByMacvlanAlone(prefixed);
        pod.inPod("ping -c1 -W3 172.18.0.1; ping -c1 -W3 fd00:172:18::1");

        pod.runtime().addOnly(plugin, prefixed.attachment());

        for (String address : List.of(nic.bareAddress().ipv4(), nic.bareAddress().ipv6())) {
            assertThat(pod.cluster().sandbox().run("ip -n gateway neighbour show " + address))
                    .contains("lladdr 0a:1b:");
        }
    }

    @Test
    void onlyTheMacAddressIsSetIfThatIsAll() {
        Nic prefixed = nic.with("\"mac_prefix\": \"0a:1b\", \"only_op_mac\": true");
        pod.addByMacvlanAlone(prefixed);
        pod.inPod(Cluster.NO_ADDRESS_IS_TENTATIVE);
        List<String> node = pod.cluster().picture("node1");
        String routes = pod.inPod("ip route show table all; ip rule");

        JsonNode result = pod.runtime().addOnly(plugin, prefixed.attachment());

        assertThat(result.path("interfaces").path(0).path("mac").asText()).startsWith("0a:1b:");
        assertThat(pod.inPod("ip link show dev " + nic.name())).contains("link/ether 0a:1b:");
        assertThat(pod.inPod("ip route show table all; ip rule")).isEqualTo(routes);
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(node);
    }

    private void silenceTheGateway() {
        pod.cluster().sandbox().run("ip -n gateway address flush dev eth0 scope global");
    }

    private String gatewaysMac() {
        return pod.cluster()
                .sandbox()
                .run("ip -n gateway -br link show dev eth0 | awk '{print $3}'")
                .strip();
    }

    private JsonNode refused(Nic which, int code) {
        Attachment attachment = which.attachment();
        Shell.Output output = pod.runtime().attempt("ADD", plugin, attachment);
        try {
            JsonNode error = new ObjectMapper().readTree(output.stdout());
            assertThat(error.path("code").asInt()).as(output.toString()).isEqualTo(code);
            return error;
        } catch (JsonProcessingException e) {
            throw new AssertionError("not one JSON document: " + output, e);
        }
    }

    private List<String> pictures() {
        List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
        both.addAll(pod.cluster().picture("node1"));
        return both;
    }

    private String log() {
        return pod.onNode("cat /var/log/meta-plugins/" + plugin + ".log");
    }
}

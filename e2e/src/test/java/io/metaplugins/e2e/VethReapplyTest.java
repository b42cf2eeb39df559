package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.net.IpFamily;
import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Running pods without an overlay NIC follow what is configured by now. */
class VethReapplyTest {
    private static final String SERVICES = "\"10.244.64.0/18\", \"fd00:10:64::/112\"";
    private static final String OTHER_SERVICES = "\"10.98.0.0/16\", \"fd00:10:98::/112\"";
    private static final String OTHER_KEYS =
            """
            "reply_path": false, "rp_filter": {"value": 0}, "mac_prefix": "0a:1b",
            "veth_mtu": 1400, "veth_link_address": "169.254.100.1"
            """;

    private final PodOfManyNics pod = PodOfManyNics.on(new BarePods());
    private final Operator operator = new Operator(pod.cluster().sandbox(), "node1");
    private final Attachment attachment = Nic.eth0().attachment();

    @AfterEach
    void close() {
        pod.close();
    }

    private String reapply(String conflist) {
        Shell.Output told = operator.executes(conflist, Map.of(), "reapply", "--config", "-");
        assertThat(told.status()).as(told.stdout() + told.stderr()).isZero();
        return told.stdout();
    }

    private List<String> picture() {
        List<String> all = new ArrayList<>(pod.cluster().picture("pod"));
        all.addAll(pod.cluster().picture("node1"));
        return all;
    }

    private void succeeds(String verb, ObjectNode request) {
        Shell.Output output =
                pod.runtime().attempt(verb, "veth", request.toString(), attachment.environment());
        assertThat(output.status()).as(output.stdout()).isZero();
    }

    @Test
    void aRunningPodBecomesWhatItWouldBeIfItWasAddedWithTheOtherConfiguration() {
        pod.addByMacvlanAlone(Nic.eth0());
        ObjectNode request = pod.runtime().configuration(attachment, "veth");
        String other = Nic.eth0().with(OTHER_KEYS).conflist().replace(SERVICES, OTHER_SERVICES);
        ObjectNode otherRequest =
                pod.runtime()
                        .configuration(
                                new Attachment(other, "pod-container", "pod", "eth0"), "veth");
        otherRequest.set("prevResult", request.get("prevResult"));
        List<String> before = picture();
        succeeds("ADD", otherRequest);
        List<String> wanted = picture();
        succeeds("DEL", otherRequest);
        assertThat(picture()).containsExactlyElementsOf(before);
        succeeds("ADD", request);
        List<String> old = picture();

        assertThat(reapply(other))
                .contains("eth0 in macvlan-overlay: changed\n", "10.98.0.0/16", "1400")
                .endsWith("changed: 1 of 1 attachments\n");

        assertThat(picture()).containsExactlyElementsOf(wanted);
        succeeds("CHECK", otherRequest);
        assertThat(reapply(other)).isEqualTo("changed: 0 of 1 attachments\n");
        assertThat(reapply(attachment.conflist())).contains("changed: 1 of 1 ");
        assertThat(picture()).containsExactlyElementsOf(old);
        succeeds("CHECK", request);
        List<Flow> flows = Flows.ofMacvlanPod();
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        succeeds("DEL", request);
        assertThat(picture()).containsExactlyElementsOf(before);
    }
}

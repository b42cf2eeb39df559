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

/** Running pods follow what is configured by now, when a person says so. */
class ReapplyTest {
    private static final String SERVICES = "\"10.244.64.0/18\", \"fd00:10:64::/112\"";
    private static final String OTHER_SERVICES = "\"10.98.0.0/16\", \"fd00:10:98::/112\"";
    private static final String OTHER_KEYS = "\"reply_path\": true, \"rp_filter\": {\"value\": 0}";
    private static final String NOTHING_CHANGED = "changed: 0 of %d attachments\n";
    private static final Map<String, String> SETTINGS =
            Map.of("META_PLUGINS_SETTINGS", "/run/settings.json");

    private final PodOfManyNics pod = PodOfManyNics.onCalico();
    private final Operator operator = new Operator(pod.cluster().sandbox(), "node1");
    private final CniRuntime runtime = pod.runtime().with(SETTINGS);

    @AfterEach
    void close() {
        pod.close();
    }

    private Shell.Output reapply(String input, String... options) {
        List<String> words = new ArrayList<>(List.of("reapply"));
        words.addAll(List.of(options));
        return operator.executes(input, SETTINGS, words.toArray(String[]::new));
    }

    private void change(String conflist) {
        Shell.Output told = reapply(conflist, "--config", "-");
        assertThat(told.status()).as(told.stdout() + told.stderr()).isZero();
    }

    private List<String> picture() {
        List<String> all = new ArrayList<>(pod.cluster().picture("pod"));
        all.addAll(pod.cluster().picture("node1"));
        return all;
    }

    private void settings(String text) {
        pod.onNode("echo '" + text + "' >/run/settings.json");
    }

    /** What router alone is given on standard input for a NIC that macvlan has made. */
    private ObjectNode request(Nic nic) {
        pod.addByMacvlanAlone(nic);
        return runtime.configuration(nic.attachment(), "router");
    }

    private Shell.Output router(String verb, ObjectNode request) {
        return runtime.attempt(
                verb, "router", request.toString(), Nic.net1().attachment().environment());
    }

    private void succeeds(String verb, ObjectNode request) {
        Shell.Output output = router(verb, request);
        assertThat(output.status()).as(output.stdout()).isZero();
    }

    @Test
    void aRunningPodBecomesWhatItWouldBeIfItWasAddedWithTheOtherConfiguration() {
        ObjectNode request = request(Nic.net1());
        String other = Nic.net1().with(OTHER_KEYS).conflist().replace(SERVICES, OTHER_SERVICES);
        ObjectNode otherRequest =
                runtime.configuration(
                        new Attachment(other, "pod-container", "pod", "net1"), "router");
        otherRequest.set("prevResult", request.get("prevResult"));
        List<String> before = picture();
        succeeds("ADD", otherRequest);
        List<String> wanted = picture();
        succeeds("DEL", otherRequest);
        assertThat(picture()).containsExactlyElementsOf(before);
        succeeds("ADD", request);
        List<String> old = picture();

        Shell.Output dry = reapply(other, "--config", "-", "--dry-run");
        assertThat(dry.status()).isZero();
        assertThat(dry.stdout())
                .contains(
                        "net1 in macvlan-overlay: would change\n",
                        "  - rule ",
                        "  + rule ",
                        "10.98.0.0/16")
                .endsWith("would change: 1 of 1 attachments\n");
        assertThat(picture()).containsExactlyElementsOf(old);

        Shell.Output told = reapply(other, "--config", "-");

        assertThat(told.stdout())
                .contains("net1 in macvlan-overlay: changed\n")
                .endsWith("changed: 1 of 1 attachments\n");
        assertThat(picture()).containsExactlyElementsOf(wanted);
        succeeds("CHECK", otherRequest);
        assertThat(reapply(other, "--config", "-").stdout())
                .isEqualTo(NOTHING_CHANGED.formatted(1));
        assertThat(reapply("").stdout()).isEqualTo(NOTHING_CHANGED.formatted(1));
        change(Nic.net1().conflist());
        assertThat(picture()).containsExactlyElementsOf(old);
        succeeds("DEL", request);
        assertThat(picture()).containsExactlyElementsOf(before);
    }

    @Test
    void whatIsWrongIsToldBeforeAnythingChanges() {
        pod.add(Nic.net1());
        List<String> before = picture();

        Shell.Output bad =
                reapply(Nic.net1().with("\"rp_filter\": {\"value\": 7}").conflist(), "--config=-");
        Shell.Output unknown =
                reapply(Nic.net1().conflist(), "--config", "-", "--network", "elsewhere");
        Shell.Output alone = reapply("", "--network", "macvlan-overlay");

        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.stderr()).contains("rp_filter.value", "value 7 ");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.stderr()).contains("nothing is on record of network 'elsewhere'");
        assertThat(alone.status()).isEqualTo(1);
        assertThat(alone.stderr()).contains("--network").contains("--config");
        assertThat(picture()).containsExactlyElementsOf(before);
    }

    @Test
    void theFirstNicIsChangedWithoutUndoingWhatTheSecondOneWishes() {
        Attachment net1 =
                new Attachment(
                        Nic.net1().conflist().replace("macvlan-overlay", "first"),
                        "pod-container",
                        "pod",
                        "net1");
        runtime.add(net1);
        pod.add(Nic.net2());
        List<String> original = picture();
        String defaults = pod.inPod("ip route show default; ip -6 route show default");
        assertThat(defaults).contains("dev net2").doesNotContain("dev net1");
        assertThat(reapply("").stdout()).isEqualTo(NOTHING_CHANGED.formatted(2));

        change(net1.conflist().replace(SERVICES, OTHER_SERVICES));

        assertThat(pod.inPod("ip route show default; ip -6 route show default"))
                .isEqualTo(defaults);
        assertThat(pod.inPod("ip rule; ip -6 rule"))
                .contains("to 10.98.0.0/16", "to fd00:10:98::/112")
                .contains("to 10.244.64.0/18", "to fd00:10:64::/112");
        assertThat(operator.executes("", SETTINGS, "check").status()).isZero();
        List<Flow> flows = Scenario.ROUTER.flowsOfSecond();
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        change(net1.conflist());
        assertThat(picture()).containsExactlyElementsOf(original);
        runtime.del(Nic.net2().attachment());
        assertThat(operator.executes("", SETTINGS, "check").status()).isZero();
    }

    @Test
    void anAddressOfTheNodeThatIsGoneGoesFromItsPods() {
        ObjectNode request = request(Nic.net1());
        succeeds("ADD", request);
        List<String> wanted = picture();
        succeeds("DEL", request);
        pod.onNode("ip address add 198.51.100.7/32 dev eth0");
        succeeds("ADD", request);
        assertThat(pod.inPod("ip rule; ip route show table all")).contains("198.51.100.7");

        pod.onNode("ip address del 198.51.100.7/32 dev eth0");
        Shell.Output told = reapply("");

        assertThat(told.stdout())
                .contains("198.51.100.7")
                .endsWith("changed: 1 of 1 attachments\n");
        assertThat(picture()).containsExactlyElementsOf(wanted);
        succeeds("CHECK", request);
    }

    @Test
    void whatTheNodesSettingsSayIsOfTheNicsThatSayNothing() {
        settings("{\"additional_hijack_subnet\": [\"10.60.0.0/16\"]}");
        runtime.add(Nic.net1().attachment());
        Nic own = Nic.net2().with("\"additional_hijack_subnet\": [\"10.61.0.0/16\"]");
        runtime.add(own.attachment());
        assertThat(pod.inPod("ip rule")).contains("to 10.60.0.0/16", "to 10.61.0.0/16");

        settings("{\"additional_hijack_subnet\": [\"10.62.0.0/16\"]}");
        Shell.Output told = reapply("");

        assertThat(told.stdout())
                .contains("net1 in macvlan-overlay: changed\n")
                .doesNotContain("net2", "10.61.0.0")
                .endsWith("changed: 1 of 2 attachments\n");
        assertThat(pod.inPod("ip rule"))
                .contains("to 10.61.0.0/16", "to 10.62.0.0/16")
                .doesNotContain("10.60.0.0");
        assertThat(operator.executes("", SETTINGS, "check").status()).isZero();
    }

    @Test
    void aKeyThatIsNeededMayBeInTheSettingsAndOneThatIsWrongThereIsNamed() {
        ObjectNode request = request(Nic.net1());
        request.remove("service_hijack_subnet");
        Shell.Output without = router("ADD", request);
        settings("{\"service_hijack_subnet\": [\"10.60.0.0/16\"]}");
        succeeds("ADD", request);
        assertThat(pod.inPod("ip rule")).contains("to 10.60.0.0/16");
        settings("{\"service_hijack_subnets\": [\"10.60.0.0/16\"]}");

        Shell.Output wrong = router("ADD", request);
        succeeds("DEL", request);

        assertThat(without.stdout()).contains("service_hijack_subnet").contains("\"code\":7");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.stdout())
                .contains("\"code\":7")
                .contains("/run/settings.json", "service_hijack_subnets");
        assertThat(pod.inPod("ip rule")).doesNotContain("10.60.0.0");
    }
}

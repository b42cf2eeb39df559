package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** ADD, CHECK, DEL and GC, once, again, and with less than they could hope for. */
@ParameterizedClass(name = "{0}")
@EnumSource(Scenario.class)
class LifeCycleTest {
    private final Scenario scenario;
    private final Nic first;
    private final Nic second;
    private final String plugin;
    private final Attachment attachment;
    private final PodOfManyNics pod;
    private final CniRuntime runtime;
    private final List<String> untouched;

    LifeCycleTest(Scenario scenario) {
        this.scenario = scenario;
        this.first = scenario.first();
        this.second = scenario.second();
        this.plugin = scenario.plugin();
        this.attachment = scenario.attachment();
        this.pod = scenario.open();
        this.runtime = pod.runtime();
        this.untouched = pod.cluster().picture("node1");
    }

    @AfterEach
    void close() {
        pod.close();
    }

    @Test
    void addTwiceIsAsGoodAsOnce() {
        JsonNode result = pod.add(first);
        List<String> podOnce = pod.cluster().picture("pod");
        List<String> nodeOnce = pod.cluster().picture("node1");

        JsonNode again = runtime.addOnly(plugin, attachment);

        assertThat(again).isEqualTo(result);
        assertThat(pod.cluster().picture("pod")).containsExactlyElementsOf(podOnce);
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(nodeOnce);
    }

    @Test
    void delPutsThePodBackAsMacvlanMadeItAndLeavesNothingOnTheNode() {
        pod.addByMacvlanAlone(first);
        List<String> before = pod.cluster().picture("pod");
        runtime.addOnly(plugin, attachment);

        runtime.delOnly(plugin, attachment);

        assertThat(pod.cluster().picture("pod")).containsExactlyElementsOf(before);
        assertNodeUntouched();
    }

    @Test
    void delOfOneNicOfTwoLeavesTheOtherWhole() {
        pod.add(first);
        pod.add(second);

        runtime.del(second.attachment());

        runtime.check(attachment);
        List<Flow> flows = scenario.flowsOfFirst();
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
    }

    @Test
    void delOfTheOlderNicOfTwoLeavesTheNewerWhole() {
        pod.add(first);
        pod.add(second);

        runtime.del(attachment);

        // macvlan's own CHECK wants a default route in main, where the first NIC's was.
        runtime.checkOnly(plugin, second.attachment());
        List<Flow> flows = scenario.flowsOfSecond();
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
    }

    @Test
    void delTwiceSucceeds() {
        pod.add(first);

        runtime.delOnly(plugin, attachment);
        assertThatCode(() -> runtime.delOnly(plugin, attachment)).doesNotThrowAnyException();
        runtime.forget();
        assertThatCode(() -> runtime.delOnly(plugin, attachment)).doesNotThrowAnyException();
        assertNodeUntouched();
    }

    @Test
    void delWithoutPreviousResultLeavesNothing() {
        pod.add(first);
        runtime.forget();

        runtime.delOnly(plugin, attachment);

        assertNodeUntouched();
    }

    @Test
    void delWithoutLedgerLeavesNothingThatTheResultTellsOf() {
        pod.addByMacvlanAlone(first);
        runtime.addOnly(plugin, attachment);
        pod.onNode("rm -r /run/meta-plugins");

        runtime.delOnly(plugin, attachment);

        // What rp_filter was before, nobody knows any more.
        assertThat(without(pod.cluster().picture("node1"), "rp_filter"))
                .containsExactlyElementsOf(without(untouched, "rp_filter"));
        assertThat(pod.inPod("ip rule; ip -6 rule"))
                .doesNotContain(first.bareAddress().ipv4(), first.bareAddress().ipv6());
    }

    @Test
    void delWithoutTheNamespaceLeavesNothing() {
        OverlayPod shortLived = shortLived();
        Attachment itsOwn = first.attachment(shortLived);
        runtime.add(itsOwn);
        pod.cluster().sandbox().run("ip netns delete " + shortLived.name());

        runtime.delOnly(plugin, itsOwn);

        assertNodeUntouched();
    }

    @Test
    void delWithoutNamespaceLedgerAndResultSucceeds() {
        OverlayPod shortLived = shortLived();
        Attachment itsOwn = first.attachment(shortLived);
        runtime.add(itsOwn);
        pod.cluster().sandbox().run("ip netns delete " + shortLived.name());
        pod.onNode("rm -r /run/meta-plugins");
        runtime.forget();

        assertThatCode(() -> runtime.delOnly(plugin, itsOwn)).doesNotThrowAnyException();
    }

    @Test
    void gcUndoesWhatIsNoLongerValidInItsNetworkAlone() {
        OverlayPod shortLived = shortLived();
        Attachment gone = first.numbered(9).attachment(shortLived);
        pod.add(first);
        List<String> withFirst = pod.cluster().picture("node1");
        runtime.add(gone);

        runtime.gc(pluginAlone("another-network"), List.of());
        assertThat(pod.onNode("ip route show table 500")).contains("172.18.30.9");

        runtime.gc(pluginAlone("macvlan-overlay"), List.of(attachment));
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(withFirst);
        runtime.check(attachment);
    }

    @Test
    void statusIsReady() {
        assertThat(
                        runtime.attempt(
                                "STATUS",
                                plugin,
                                """
                                {"cniVersion": "1.1.0", "name": "n", "type": "%s",
                                 "overlay_hijack_subnet": ["10.244.0.0/18"],
                                 "service_hijack_subnet": ["10.244.64.0/18"]}
                                """
                                        .formatted(plugin),
                                Map.of()))
                .extracting("status", "stdout")
                .containsExactly(0, "");
    }

    private void assertNodeUntouched() {
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(untouched);
    }

    private static List<String> without(List<String> lines, String word) {
        return lines.stream().filter(line -> !line.contains(word)).toList();
    }

    private OverlayPod shortLived() {
        OverlayPod shortLived =
                new OverlayPod(
                        "short",
                        "node1",
                        "cali0a1b2c3d4e5",
                        new Dual("10.244.1.9", "fd00:10:244:1::9"));
        pod.cluster().addPod(shortLived);
        return shortLived;
    }

    private String pluginAlone(String network) {
        return """
        {"cniVersion": "1.1.0", "name": "%s", "plugins": [{"type": "%s",
         "overlay_hijack_subnet": ["10.244.0.0/18"], "service_hijack_subnet": ["10.244.64.0/18"]}]}
        """
                .formatted(network, plugin);
    }
}

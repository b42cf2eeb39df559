package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ADD, CHECK, DEL and GC, once, again, and with less than they could hope for. */
class LifeCycleTest {
    private static final Nic NET1 = Nic.net1();
    private static final Attachment ATTACHMENT = NET1.attachment();

    private final PodOfManyNics pod = PodOfManyNics.onCalico();
    private final CniRuntime runtime = pod.runtime();
    private final List<String> untouched = pod.cluster().picture("node1");

    @AfterEach
    void close() {
        pod.close();
    }

    @Test
    void addTwiceIsAsGoodAsOnce() {
        JsonNode result = pod.add(NET1);
        List<String> podOnce = pod.cluster().picture("pod");
        List<String> nodeOnce = pod.cluster().picture("node1");

        JsonNode again = runtime.addOnly("router", ATTACHMENT);

        assertThat(again).isEqualTo(result);
        assertThat(pod.cluster().picture("pod")).containsExactlyElementsOf(podOnce);
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(nodeOnce);
    }

    @Test
    void delPutsThePodBackAsMacvlanMadeItAndLeavesNothingOnTheNode() {
        pod.addWithoutRouter(NET1);
        List<String> before = pod.cluster().picture("pod");
        runtime.addOnly("router", ATTACHMENT);

        runtime.delOnly("router", ATTACHMENT);

        assertThat(pod.cluster().picture("pod")).containsExactlyElementsOf(before);
        assertNodeUntouched();
    }

    @Test
    void delOfOneNicOfTwoLeavesTheOtherWhole() {
        pod.add(NET1);
        pod.add(Nic.net2());

        runtime.del(Nic.net2().attachment());

        runtime.check(ATTACHMENT);
        List<Flow> flows = Flows.ofPodWithNet1();
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
    }

    @Test
    void delOfTheOlderNicOfTwoLeavesTheNewerWhole() {
        pod.add(NET1);
        pod.add(Nic.net2());

        runtime.del(ATTACHMENT);

        runtime.check(Nic.net2().attachment());
        List<Flow> flows =
                List.of(
                        new Flow(Place.POD, Place.OUTSIDE, "net2", "net2"),
                        new Flow(Place.POD, Place.SERVICE_OTHER_NODE, "eth0", "eth0"),
                        new Flow(Place.NODE, Place.NET2, "eth0", "eth0"),
                        new Flow(Place.OUTSIDE, Place.NET2, "net2", "net2"));
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
    }

    @Test
    void delTwiceSucceeds() {
        pod.add(NET1);

        runtime.delOnly("router", ATTACHMENT);
        assertThatCode(() -> runtime.delOnly("router", ATTACHMENT)).doesNotThrowAnyException();
        runtime.forget();
        assertThatCode(() -> runtime.delOnly("router", ATTACHMENT)).doesNotThrowAnyException();
        assertNodeUntouched();
    }

    @Test
    void delWithoutPreviousResultLeavesNothing() {
        pod.add(NET1);
        runtime.forget();

        runtime.delOnly("router", ATTACHMENT);

        assertNodeUntouched();
    }

    @Test
    void delWithoutLedgerLeavesNothingThatTheResultTellsOf() {
        pod.addWithoutRouter(NET1);
        runtime.addOnly("router", ATTACHMENT);
        pod.onNode("rm -r /run/meta-plugins");

        runtime.delOnly("router", ATTACHMENT);

        // What rp_filter was before, nobody knows any more.
        assertThat(without(pod.cluster().picture("node1"), "rp_filter"))
                .containsExactlyElementsOf(without(untouched, "rp_filter"));
        assertThat(pod.inPod("ip rule; ip -6 rule")).doesNotContain("172.18.24.120", "24:120");
    }

    @Test
    void delWithoutTheNamespaceLeavesNothing() {
        OverlayPod shortLived = shortLived();
        Attachment attachment = NET1.attachment(shortLived);
        runtime.add(attachment);
        pod.cluster().sandbox().run("ip netns delete " + shortLived.name());

        runtime.delOnly("router", attachment);

        assertNodeUntouched();
    }

    @Test
    void delWithoutNamespaceLedgerAndResultSucceeds() {
        OverlayPod shortLived = shortLived();
        Attachment attachment = NET1.attachment(shortLived);
        runtime.add(attachment);
        pod.cluster().sandbox().run("ip netns delete " + shortLived.name());
        pod.onNode("rm -r /run/meta-plugins");
        runtime.forget();

        assertThatCode(() -> runtime.delOnly("router", attachment)).doesNotThrowAnyException();
    }

    @Test
    void gcUndoesWhatIsNoLongerValidInItsNetworkAlone() {
        OverlayPod shortLived = shortLived();
        Attachment gone = NET1.numbered(9).attachment(shortLived);
        pod.add(NET1);
        List<String> withNet1 = pod.cluster().picture("node1");
        runtime.add(gone);

        runtime.gc(routerAlone("another-network"), List.of());
        assertThat(pod.onNode("ip route show table 500")).contains("172.18.30.9");

        runtime.gc(routerAlone("macvlan-overlay"), List.of(ATTACHMENT));
        assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(withNet1);
        runtime.check(ATTACHMENT);
    }

    @Test
    void statusIsReady() {
        assertThat(
                        runtime.attempt(
                                "STATUS",
                                "router",
                                """
                                {"cniVersion": "1.1.0", "name": "n", "type": "router",
                                 "overlay_hijack_subnet": ["10.244.0.0/18"],
                                 "service_hijack_subnet": ["10.244.64.0/18"]}
                                """,
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

    private static String routerAlone(String network) {
        return """
        {"cniVersion": "1.1.0", "name": "%s", "plugins": [{"type": "router",
         "overlay_hijack_subnet": ["10.244.0.0/18"], "service_hijack_subnet": ["10.244.64.0/18"]}]}
        """
                .formatted(network);
    }
}

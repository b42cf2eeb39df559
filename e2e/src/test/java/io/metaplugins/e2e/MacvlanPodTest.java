package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.ETH0;
import static io.metaplugins.e2e.Place.NET1;
import static io.metaplugins.e2e.Place.NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE_POD;
import static io.metaplugins.e2e.Place.OTHER_NODE_PORT;
import static io.metaplugins.e2e.Place.OUTSIDE;
import static io.metaplugins.e2e.Place.POD;
import static io.metaplugins.e2e.Place.SERVICE_OTHER_NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods whose first NIC is a macvlan, in circumstances of all kinds. */
class MacvlanPodTest {
    private static final Setting LAX = new Setting(0, 0, false);
    private static final Setting STRICT = new Setting(1, 1, true);

    private final PodOfManyNics pod = PodOfManyNics.on(new BarePods());

    @AfterEach
    void close() {
        pod.close();
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void aPodOfOneFamilyIsWhole(IpFamily family) {
        pod.add(Nic.eth0().only(family));
        pod.cluster().set(STRICT);

        List<Flow> flows = Flows.ofMacvlanPod();
        assertThat(pod.walk(flows, family)).containsExactlyElementsOf(flows);
    }

    /**
     * The node sends it through the overlay with the pod's own address; the other node knows the
     * way back to that, and it is not the way it came.
     */
    @Test
    void anOverlayPodOfTheOtherNodeAnswersPastTheNode() {
        pod.add(Nic.eth0());

        assertThat(walked(LAX, POD, OTHER_NODE_POD))
                .isEqualTo(new Flow(POD, OTHER_NODE_POD, "veth0", "eth0"));
        assertThat(walked(STRICT, POD, OTHER_NODE_POD).answered()).isFalse();
    }

    /** The request comes to eth0 with the address of a stranger, whom the pod answers itself. */
    @Test
    void aNodePortOfTheOtherNodeNeedsItsMasquerade() {
        pod.add(Nic.eth0());
        assertThat(walked(LAX, OUTSIDE, OTHER_NODE_PORT).answered()).isTrue();

        pod.cluster().sandbox().run(KubeProxy.WITHOUT_MASQUERADE);

        assertThat(walked(LAX, OUTSIDE, OTHER_NODE_PORT).answered()).isFalse();
    }

    @Test
    void withoutReplyPathANodePortNeedsTheProxysMasquerade() {
        pod.add(Nic.eth0().with("\"reply_path\": false"));
        pod.cluster().sandbox().run(KubeProxy.WITHOUT_MASQUERADE);

        assertThat(walked(LAX, OUTSIDE, Place.NODE_PORT).answered()).isFalse();
        assertThat(pod.inPod("nft list tables")).doesNotContain("meta-plugins");
    }

    @Test
    void theNicThatIsNamedHasTheDefaultRoute() {
        String key = "\"default_route_interface\": \"net1\"";
        pod.add(Nic.eth0().with(key));
        Nic net1 = Nic.net1().by("veth").inAnotherSubnet().with(key);
        pod.add(net1);
        pod.runtime().checkOnly("veth", net1.attachment());
        pod.cluster().set(STRICT);

        List<Flow> flows =
                List.of(
                        new Flow(POD, OUTSIDE, "net1", "net1"),
                        new Flow(ETH0, OUTSIDE, "eth0", "eth0"),
                        new Flow(OUTSIDE, ETH0, "eth0", "eth0"),
                        new Flow(OUTSIDE, NET1, "net1", "net1"),
                        new Flow(POD, SERVICE_OTHER_NODE, "veth0", "veth0"),
                        new Flow(NODE, ETH0, "veth0", "veth0"));
        assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
    }

    /** Another container's id may begin like this one's. */
    @Test
    void anInterfaceOfThePairsNameThatIsNotOursStaysAsItIs() {
        pod.addByMacvlanAlone(Nic.eth0());
        pod.onNode("ip link add vethpod-contain type veth peer name taken");
        List<String> before = pictures();
        Attachment attachment = Nic.eth0().attachment();

        Shell.Output output = pod.runtime().attempt("ADD", "veth", attachment);

        assertThat(output.stdout()).contains("\"code\":101", "EEXIST", "vethpod-contain");
        assertThat(pictures()).containsExactlyElementsOf(before);
        pod.runtime().delOnly("veth", attachment);
        assertThat(pictures()).containsExactlyElementsOf(before);
    }

    private List<String> pictures() {
        List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
        both.addAll(pod.cluster().picture("node1"));
        return both;
    }

    private Flow walked(Setting setting, Place from, Place to) {
        pod.cluster().set(setting);
        return pod.walk(List.of(Flow.failed(from, to)), IpFamily.IPV4).getFirst();
    }
}

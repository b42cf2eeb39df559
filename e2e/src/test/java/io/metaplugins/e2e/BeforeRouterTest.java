package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.NET1;
import static io.metaplugins.e2e.Place.POD;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What there is to mend. */
class BeforeRouterTest {
    @Test
    void withMacvlanAloneThePodHasTheUnderlayAndNothingElse() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            pod.addByMacvlanAlone(Nic.net1());

            assertThat(answered(pod.cluster().walkTogether(Flows.ofPodWithNet1(), IpFamily.IPV4)))
                    .containsExactlyInAnyOrder(
                            new Flow(POD, Place.OTHER_NODE, "net1", "net1"),
                            new Flow(POD, Place.GATEWAY, "net1", "net1"),
                            new Flow(POD, Place.OUTSIDE, "net1", "net1"),
                            new Flow(NET1, Place.OTHER_NODE, "net1", "net1"),
                            new Flow(NET1, Place.GATEWAY, "net1", "net1"),
                            new Flow(NET1, Place.OUTSIDE, "net1", "net1"),
                            new Flow(Place.OTHER_NODE, NET1, "net1", "net1"),
                            new Flow(Place.OTHER_NODE_POD, NET1, "net1", "net1"),
                            new Flow(Place.GATEWAY, NET1, "net1", "net1"),
                            new Flow(Place.OUTSIDE, NET1, "net1", "net1"));
        }
    }

    @Test
    void withoutASecondNicTheOverlayIsWhole() {
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            List<Flow> flows = Flows.ofPodWithNet1().stream().filter(Flow::staysOnEth0).toList();

            for (IpFamily family : IpFamily.values()) {
                assertThat(pod.walk(flows, family)).containsExactlyElementsOf(flows);
            }
        }
    }

    private static List<Flow> answered(List<Flow> flows) {
        return flows.stream().filter(Flow::answered).toList();
    }
}

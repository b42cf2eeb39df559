package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.ETH0;
import static io.metaplugins.e2e.Place.GATEWAY;
import static io.metaplugins.e2e.Place.NET1;
import static io.metaplugins.e2e.Place.OTHER_NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE_POD;
import static io.metaplugins.e2e.Place.OTHER_NODE_UNDERLAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What no routing in the pod can make right, so that nobody is surprised by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PinnedFlowsTest {
    private static final Setting LAX = new Setting(0, 0, false);
    private static final Setting STRICT = new Setting(1, 1, true);

    private final PodOfManyNics pod = PodOfManyNics.with(Nic.net1());

    @AfterAll
    void close() {
        pod.close();
    }

    /**
     * The node sends it through the overlay without masquerading it, since it does not come from
     * the overlay; the other node knows the way back to net1, and it is not the way it came.
     */
    @Test
    void net1ToAnOverlayPodOfTheOtherNodeIsAnsweredPastTheNode() {
        assertThat(walked(LAX, NET1, OTHER_NODE_POD))
                .isEqualTo(new Flow(NET1, OTHER_NODE_POD, "eth0", "net1"));
        assertThat(walked(STRICT, NET1, OTHER_NODE_POD).answered()).isFalse();
    }

    /**
     * The underlay's subnet is behind net1 in every table, and the underlay does not know the way
     * to eth0's address.
     */
    @Test
    void aSocketBoundToEth0DoesNotReachTheGateway() {
        assertThat(walked(LAX, ETH0, GATEWAY).answered()).isFalse();
    }

    /** As above, but a node does know the way to eth0's address: back through the overlay. */
    @Test
    void aSocketBoundToEth0ReachesTheOtherNodeOnlyWhereTwoWaysMayDiffer() {
        assertThat(walked(LAX, ETH0, OTHER_NODE))
                .isEqualTo(new Flow(ETH0, OTHER_NODE, "net1", "eth0"));
        assertThat(walked(STRICT, ETH0, OTHER_NODE).answered()).isFalse();
    }

    /**
     * A node speaks to an overlay pod of another node from its address in the overlay; from its
     * underlay address the answer would leave by net1.
     */
    @Test
    void theOtherNodesUnderlayAddressReachesEth0OnlyWhereTwoWaysMayDiffer() {
        assertThat(walked(LAX, OTHER_NODE_UNDERLAY, ETH0))
                .isEqualTo(new Flow(OTHER_NODE_UNDERLAY, ETH0, "net1", "eth0"));
        assertThat(walked(STRICT, OTHER_NODE_UNDERLAY, ETH0).answered()).isFalse();
    }

    private Flow walked(Setting setting, Place from, Place to) {
        pod.cluster().set(setting);
        return pod.walk(List.of(Flow.failed(from, to)), IpFamily.IPV4).getFirst();
    }
}

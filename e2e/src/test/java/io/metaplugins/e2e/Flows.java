package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.ETH0;
import static io.metaplugins.e2e.Place.FAR_MACVLAN_POD;
import static io.metaplugins.e2e.Place.GATEWAY;
import static io.metaplugins.e2e.Place.NEAR_MACVLAN_POD;
import static io.metaplugins.e2e.Place.NET1;
import static io.metaplugins.e2e.Place.NET2;
import static io.metaplugins.e2e.Place.NODE;
import static io.metaplugins.e2e.Place.NODE_PORT;
import static io.metaplugins.e2e.Place.OTHER_NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE_POD;
import static io.metaplugins.e2e.Place.OTHER_NODE_PORT;
import static io.metaplugins.e2e.Place.OUTSIDE;
import static io.metaplugins.e2e.Place.POD;
import static io.metaplugins.e2e.Place.SAME_NODE_POD;
import static io.metaplugins.e2e.Place.SERVICE_OF_POD;
import static io.metaplugins.e2e.Place.SERVICE_ON_NODE;
import static io.metaplugins.e2e.Place.SERVICE_ON_OTHER_NODE;
import static io.metaplugins.e2e.Place.SERVICE_OTHER_NODE;
import static io.metaplugins.e2e.Place.SERVICE_OUTSIDE;
import static io.metaplugins.e2e.Place.SERVICE_SAME_NODE;

import java.util.ArrayList;
import java.util.List;

/** Which way each flow of a pod must go: the specification of router's routing. */
final class Flows {
    private Flows() {}

    private static Flow flow(Place from, Place to, String out, String in) {
        return new Flow(from, to, out, in);
    }

    /** Those of a pod with a NIC net1, whether it has more of them or not. */
    private static final List<Flow> ALWAYS =
            List.of(
                    // The overlay's own.
                    flow(POD, SAME_NODE_POD, "eth0", "eth0"),
                    flow(POD, OTHER_NODE_POD, "eth0", "eth0"),
                    flow(POD, SERVICE_SAME_NODE, "eth0", "eth0"),
                    flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                    flow(POD, SERVICE_ON_NODE, "eth0", "eth0"),
                    flow(POD, SERVICE_ON_OTHER_NODE, "eth0", "eth0"),
                    flow(POD, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(SAME_NODE_POD, ETH0, "eth0", "eth0"),
                    flow(OTHER_NODE_POD, ETH0, "eth0", "eth0"),
                    flow(SAME_NODE_POD, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(OTHER_NODE_POD, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(OUTSIDE, NODE_PORT, "eth0", "eth0"),
                    flow(OUTSIDE, OTHER_NODE_PORT, "eth0", "eth0"),
                    // The node, which probes every address of the pod.
                    flow(POD, NODE, "eth0", "eth0"),
                    flow(NODE, ETH0, "eth0", "eth0"),
                    flow(NODE, NET1, "eth0", "eth0"),
                    flow(SAME_NODE_POD, NET1, "eth0", "eth0"),
                    // The underlay.
                    flow(OTHER_NODE, ETH0, "eth0", "eth0"),
                    flow(OTHER_NODE, NET1, "net1", "net1"),
                    flow(OTHER_NODE_POD, NET1, "net1", "net1"),
                    flow(GATEWAY, NET1, "net1", "net1"),
                    flow(OUTSIDE, NET1, "net1", "net1"),
                    // Sockets bound to an address of the pod.
                    flow(ETH0, SAME_NODE_POD, "eth0", "eth0"),
                    flow(ETH0, OTHER_NODE_POD, "eth0", "eth0"),
                    flow(ETH0, SERVICE_SAME_NODE, "eth0", "eth0"),
                    flow(ETH0, SERVICE_OTHER_NODE, "eth0", "eth0"),
                    flow(ETH0, NODE, "eth0", "eth0"),
                    flow(ETH0, OUTSIDE, "eth0", "eth0"),
                    flow(NET1, SAME_NODE_POD, "eth0", "eth0"),
                    flow(NET1, SERVICE_SAME_NODE, "eth0", "eth0"),
                    flow(NET1, SERVICE_OTHER_NODE, "eth0", "eth0"),
                    flow(NET1, SERVICE_ON_NODE, "eth0", "eth0"),
                    flow(NET1, SERVICE_ON_OTHER_NODE, "eth0", "eth0"),
                    flow(NET1, NODE, "eth0", "eth0"),
                    flow(NET1, OTHER_NODE, "net1", "net1"),
                    flow(NET1, GATEWAY, "net1", "net1"),
                    flow(NET1, OUTSIDE, "net1", "net1"));

    /** What the pod opens to the underlay when net1 is its only NIC there. */
    private static final List<Flow> NET1_ALONE =
            List.of(
                    flow(POD, OTHER_NODE, "net1", "net1"),
                    flow(POD, GATEWAY, "net1", "net1"),
                    flow(POD, OUTSIDE, "net1", "net1"));

    /** The same with net2 as the newest NIC, and the flows of net2 itself. */
    private static final List<Flow> NET1_AND_NET2 =
            List.of(
                    flow(POD, OTHER_NODE, "net1", "net1"),
                    flow(POD, GATEWAY, "net1", "net1"),
                    flow(POD, OUTSIDE, "net2", "net2"),
                    flow(NODE, NET2, "eth0", "eth0"),
                    flow(SAME_NODE_POD, NET2, "eth0", "eth0"),
                    flow(OTHER_NODE, NET2, "net2", "net2"),
                    flow(OTHER_NODE_POD, NET2, "net2", "net2"),
                    flow(GATEWAY, NET2, "net2", "net2"),
                    flow(OUTSIDE, NET2, "net2", "net2"),
                    flow(NET2, SAME_NODE_POD, "eth0", "eth0"),
                    flow(NET2, SERVICE_SAME_NODE, "eth0", "eth0"),
                    flow(NET2, SERVICE_OTHER_NODE, "eth0", "eth0"),
                    flow(NET2, NODE, "eth0", "eth0"),
                    flow(NET2, OTHER_NODE, "net2", "net2"),
                    flow(NET2, GATEWAY, "net2", "net2"),
                    flow(NET2, OUTSIDE, "net2", "net2"));

    /** A pod whose first NIC, eth0, is a macvlan. */
    private static final List<Flow> MACVLAN_POD =
            List.of(
                    // Services and the overlay by way of the node.
                    flow(POD, SAME_NODE_POD, "veth0", "veth0"),
                    flow(POD, SERVICE_SAME_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_OTHER_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_ON_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_ON_OTHER_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_OUTSIDE, "veth0", "veth0"),
                    flow(POD, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(ETH0, SERVICE_OTHER_NODE, "veth0", "veth0"),
                    // The node, which probes the pod.
                    flow(POD, NODE, "veth0", "veth0"),
                    flow(NODE, ETH0, "veth0", "veth0"),
                    flow(SAME_NODE_POD, ETH0, "veth0", "veth0"),
                    flow(SAME_NODE_POD, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(NODE, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(OUTSIDE, NODE_PORT, "veth0", "veth0"),
                    flow(OTHER_NODE, NODE_PORT, "veth0", "veth0"),
                    // The underlay.
                    flow(POD, OTHER_NODE, "eth0", "eth0"),
                    flow(POD, GATEWAY, "eth0", "eth0"),
                    flow(POD, OUTSIDE, "eth0", "eth0"),
                    flow(OTHER_NODE, ETH0, "eth0", "eth0"),
                    flow(OTHER_NODE_POD, ETH0, "eth0", "eth0"),
                    flow(OTHER_NODE_POD, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(OTHER_NODE, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(OUTSIDE, OTHER_NODE_PORT, "eth0", "eth0"),
                    flow(GATEWAY, ETH0, "eth0", "eth0"),
                    flow(OUTSIDE, ETH0, "eth0", "eth0"));

    /** Of that pod, what a second macvlan NIC in another subnet adds. */
    private static final List<Flow> MACVLAN_POD_NET1 =
            List.of(
                    flow(NODE, NET1, "veth0", "veth0"),
                    flow(SAME_NODE_POD, NET1, "veth0", "veth0"),
                    flow(NET1, SERVICE_SAME_NODE, "veth0", "veth0"),
                    flow(NET1, SERVICE_OTHER_NODE, "veth0", "veth0"),
                    flow(NET1, NODE, "veth0", "veth0"),
                    flow(NET1, OUTSIDE, "net1", "net1"),
                    flow(GATEWAY, NET1, "net1", "net1"),
                    flow(OUTSIDE, NET1, "net1", "net1"));

    /** Of that pod, with others of its kind. */
    private static final List<Flow> MACVLAN_PODS =
            List.of(
                    flow(NEAR_MACVLAN_POD, ETH0, "eth0", "eth0"),
                    flow(NEAR_MACVLAN_POD, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(FAR_MACVLAN_POD, ETH0, "eth0", "eth0"));

    private static final Flow FAR_MACVLAN_POD_TO_SERVICE =
            flow(FAR_MACVLAN_POD, SERVICE_OF_POD, "eth0", "eth0");

    /** Our own masquerade draws a port, by which the flow is not found again in the pod. */
    private static final Flow FAR_MACVLAN_POD_MASQUERADED =
            flow(FAR_MACVLAN_POD, SERVICE_OF_POD, "", "");

    /** What needs no help of the proxy, which translates destinations and masquerades nothing. */
    private static final List<Flow> MACVLAN_POD_WITHOUT_MASQUERADE =
            List.of(
                    flow(POD, SERVICE_SAME_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_OTHER_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_ON_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_ON_OTHER_NODE, "veth0", "veth0"),
                    flow(POD, SERVICE_OUTSIDE, "veth0", "veth0"),
                    flow(SAME_NODE_POD, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(OTHER_NODE_POD, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(NODE, SERVICE_OF_POD, "veth0", "veth0"),
                    flow(OTHER_NODE, SERVICE_OF_POD, "eth0", "eth0"),
                    flow(OUTSIDE, NODE_PORT, "veth0", "veth0"),
                    flow(OTHER_NODE, NODE_PORT, "veth0", "veth0"));

    static List<Flow> ofMacvlanPods() {
        return together(together(MACVLAN_POD, MACVLAN_PODS), List.of(FAR_MACVLAN_POD_TO_SERVICE));
    }

    static List<Flow> ofMacvlanPodsWithoutMasquerade() {
        return together(
                together(MACVLAN_POD_WITHOUT_MASQUERADE, MACVLAN_PODS),
                List.of(FAR_MACVLAN_POD_MASQUERADED));
    }

    static List<Flow> ofMacvlanPod() {
        return MACVLAN_POD;
    }

    static List<Flow> ofMacvlanPodWithNet1() {
        return together(MACVLAN_POD, MACVLAN_POD_NET1);
    }

    static List<Flow> ofPodWithNet1() {
        return together(ALWAYS, NET1_ALONE);
    }

    static List<Flow> ofPodWithNet1AndNet2() {
        return together(ALWAYS, NET1_AND_NET2);
    }

    private static List<Flow> together(List<Flow> some, List<Flow> more) {
        List<Flow> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}

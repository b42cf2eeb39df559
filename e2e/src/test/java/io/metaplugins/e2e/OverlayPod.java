package io.metaplugins.e2e;

/**
 * A pod on the default network.
 *
 * @param name also of its namespace
 * @param node the node's namespace
 * @param hostEnd the node's end of its veth pair
 */
public record OverlayPod(String name, String node, String hostEnd, Dual address) {
    /** The documented pod, whose second NIC is what this is all about. */
    public static final OverlayPod DOCUMENTED =
            new OverlayPod(
                    "pod",
                    "node1",
                    "cali8f2c1d94b3e",
                    new Dual("10.244.181.69", "fd00:10:244:181::5"));

    static final OverlayPod SAME_NODE =
            new OverlayPod(
                    "same", "node1", "cali3b7e90ac512", new Dual("10.244.1.5", "fd00:10:244:1::5"));

    static final OverlayPod OTHER_NODE =
            new OverlayPod(
                    "other",
                    "node2",
                    "cali6d04f8e2a7c",
                    new Dual("10.244.2.5", "fd00:10:244:2::5"));

    String variables() {
        return "pod="
                + name
                + "\nnode="
                + node
                + "\nhost="
                + hostEnd
                + "\nipv4="
                + address.ipv4()
                + "\nipv6="
                + address.ipv6()
                + "\n";
    }
}

package io.metaplugins.e2e;

/** Where packets start or end, by the name a person would give it. */
public enum Place {
    POD("pod", "pod"),
    ETH0("pod's eth0", "pod"),
    NET1("pod's net1", "pod"),
    NET2("pod's net2", "pod"),
    SAME_NODE_POD("overlay pod on the same node", "same"),
    OTHER_NODE_POD("overlay pod on the other node", "other"),
    SAME_NODE_NET1("net1 of the other pod on the same node", "same"),
    OTHER_NODE_NET1("net1 of the pod on the other node", "other"),
    NEAR_MACVLAN_POD("macvlan pod on the same node", "near"),
    FAR_MACVLAN_POD("macvlan pod on the other node", "far"),
    SERVICE_SAME_NODE("service with its pod on the same node", ""),
    SERVICE_OTHER_NODE("service with its pod on the other node", ""),
    SERVICE_ON_NODE("service of the node itself", ""),
    SERVICE_ON_OTHER_NODE("service of the other node itself", ""),
    SERVICE_OF_POD("service of the pod itself", ""),
    SERVICE_OUTSIDE("service with its backend outside", ""),
    NODE_PORT("node port of the pod", ""),
    OTHER_NODE_PORT("node port of the pod, by the other node", ""),
    NODE("node", "node1"),
    OTHER_NODE("other node", "node2"),
    OTHER_NODE_UNDERLAY("other node's underlay address", "node2"),
    GATEWAY("gateway", "gateway"),
    OUTSIDE("outside", "outside");

    private final String title;
    private final String netns;

    Place(String title, String netns) {
        this.title = title;
        this.netns = netns;
    }

    /** The namespace in which its sockets are; empty for addresses that NAT stands behind. */
    public String netns() {
        return netns;
    }

    /** Whether it stands for one address of several, to which its sockets are bound. */
    public boolean isBound() {
        return switch (this) {
            case ETH0, NET1, NET2, SAME_NODE_NET1, OTHER_NODE_NET1, OTHER_NODE_UNDERLAY -> true;
            default -> false;
        };
    }

    /** Whether only a TCP port answers there, and no ping. */
    public boolean isService() {
        return netns.isEmpty();
    }

    /** The port that answers there. */
    public int port() {
        return switch (this) {
            case NODE_PORT, OTHER_NODE_PORT -> KubeProxy.NODE_PORT;
            default -> isService() ? KubeProxy.SERVICE_PORT : Cluster.ECHO_PORT;
        };
    }

    @Override
    public String toString() {
        return title;
    }
}

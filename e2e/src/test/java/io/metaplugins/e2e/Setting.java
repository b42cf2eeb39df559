package io.metaplugins.e2e;

/**
 * What an administrator may have set on the nodes and in the pod, and what must not matter.
 *
 * @param nodes {@code rp_filter} of all interfaces of both nodes
 * @param pod {@code rp_filter} of all interfaces of the pod
 * @param dropsInvalid whether the nodes drop packets that conntrack finds INVALID
 */
public record Setting(int nodes, int pod, boolean dropsInvalid) {
    String script() {
        return """
        rp_filter() { # namespace value
          ip netns exec $1 sh -c "for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo $2 >\\$f; done"
        }
        rp_filter node1 %1$d
        rp_filter node2 %1$d
        rp_filter pod %2$d
        """
                        .formatted(nodes, pod)
                + KubeProxy.dropInvalid(dropsInvalid);
    }

    @Override
    public String toString() {
        return "rp_filter %d on the nodes and %d in the pod, INVALID %s"
                .formatted(nodes, pod, dropsInvalid ? "dropped" : "accepted");
    }
}

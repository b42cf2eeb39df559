package io.metaplugins.e2e;

/**
 * An overlay as flannel and the bridge plugin lay it: the pods of a node are on a bridge, whose
 * address is their gateway, and a subnet a node leads through vxlan.
 */
final class Flannel implements Overlay {
    /** In the subnet of its node, unlike the documented one. */
    private static final OverlayPod POD =
            new OverlayPod(
                    "pod", "node1", "veth8f2c1d94", new Dual("10.244.1.69", "fd00:10:244:1::69"));

    @Override
    public void install(Sandbox sandbox) {
        sandbox.run(
                """
                node() { # name number underlay
                  ip -n $1 -batch - <<END
                link add cni0 type bridge mcast_snooping 0
                link set cni0 address 0a:58:0a:f4:0$2:01 up
                address add 10.244.$2.1/24 dev cni0
                address add fd00:10:244:$2::1/64 dev cni0 nodad
                link add flannel.1 address 66:f1:00:00:00:0$2 mtu 1450 type vxlan id 1 dstport 8472 local $3 dev eth0 nolearning
                link set flannel.1 up
                address add 10.244.$2.0/32 dev flannel.1
                address add fd00:10:244:$2::/128 dev flannel.1 nodad
                END
                }
                peer() { # node number underlay of the peer
                  bridge -n $1 fdb add 66:f1:00:00:00:0$2 dev flannel.1 dst $3
                  ip -n $1 -batch - <<END
                neighbour add 10.244.$2.0 lladdr 66:f1:00:00:00:0$2 dev flannel.1 nud permanent
                neighbour add fd00:10:244:$2:: lladdr 66:f1:00:00:00:0$2 dev flannel.1 nud permanent
                route add 10.244.$2.0/24 via 10.244.$2.0 dev flannel.1 onlink
                route add fd00:10:244:$2::/64 via fd00:10:244:$2:: dev flannel.1 onlink
                END
                }
                node node1 1 172.18.0.2
                node node2 2 172.18.0.3
                peer node1 2 172.18.0.3
                peer node2 1 172.18.0.2
                """
                        + Calico.NAT_OUTGOING);
    }

    @Override
    public OverlayPod pod() {
        return POD;
    }

    @Override
    public void addPod(Sandbox sandbox, OverlayPod pod) {
        sandbox.run(
                pod.variables()
                        + """
                        ip netns add $pod
                        ip -n $pod link set lo up
                        ip -n $node link add $host mtu 1450 type veth peer name eth0 mtu 1450 netns $pod
                        ip -n $node link set $host master cni0 up
                        ip -n $pod -batch - <<END
                        link set eth0 up
                        address add $ipv4/24 dev eth0
                        address add $ipv6/64 dev eth0 nodad
                        route add default via ${ipv4%.*}.1
                        route add default via ${ipv6%::*}::1
                        END
                        """);
    }
}

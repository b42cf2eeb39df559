package io.metaplugins.e2e;

/**
 * An overlay as Calico lays it: a pod has an address of its own alone, its gateway 169.254.1.1 is
 * answered for by a veth without an IPv4 address, nodes reach each other's pods through vxlan, and
 * what leaves the overlay is masqueraded.
 */
final class Calico implements Overlay {
    private static final String VXLAN =
            """
            vxlan() { # node underlay mac ipv4 ipv6
              ip -n $1 -batch - <<END
            link add vxlan.calico address $3 mtu 1450 type vxlan id 4096 dstport 4789 local $2 dev eth0 nolearning
            link set vxlan.calico up
            address add $4/32 dev vxlan.calico
            address add $5/128 dev vxlan.calico nodad
            END
            }
            peer() { # node underlay mac ipv4 ipv6 of the peer
              bridge -n $1 fdb add $3 dev vxlan.calico dst $2
              ip -n $1 -batch - <<END
            neighbour add $4 lladdr $3 dev vxlan.calico nud permanent
            neighbour add $5 lladdr $3 dev vxlan.calico nud permanent
            END
            }
            vxlan node1 172.18.0.2 66:c1:00:00:00:02 10.244.1.0 fd00:10:244:1::
            vxlan node2 172.18.0.3 66:c1:00:00:00:03 10.244.2.0 fd00:10:244:2::
            peer node1 172.18.0.3 66:c1:00:00:00:03 10.244.2.0 fd00:10:244:2::
            peer node2 172.18.0.2 66:c1:00:00:00:02 10.244.1.0 fd00:10:244:1::
            ip -n node1 -batch - <<END
            route add 10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink
            route add fd00:10:244:2::/122 via fd00:10:244:2:: dev vxlan.calico onlink
            route add blackhole 10.244.1.0/26
            route add blackhole 10.244.181.64/26
            END
            ip -n node2 -batch - <<END
            route add 10.244.1.0/26 via 10.244.1.0 dev vxlan.calico onlink
            route add 10.244.181.64/26 via 10.244.1.0 dev vxlan.calico onlink
            route add fd00:10:244:1::/122 via fd00:10:244:1:: dev vxlan.calico onlink
            route add fd00:10:244:181::/122 via fd00:10:244:1:: dev vxlan.calico onlink
            route add blackhole 10.244.2.0/26
            END
            """;

    static final String NAT_OUTGOING =
            """
            for n in node1 node2; do
              ip netns exec $n nft -f - <<END
            table ip calico {
              chain nat-outgoing {
                type nat hook postrouting priority srcnat;
                ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 masquerade
              }
            }
            table ip6 calico {
              chain nat-outgoing {
                type nat hook postrouting priority srcnat;
                ip6 saddr fd00:10:244::/48 ip6 daddr != fd00:10:244::/48 masquerade
              }
            }
            END
            done
            """;

    private static final String POD =
            """
            ip netns add $pod
            ip -n $pod link set lo up
            ip -n $node link add $host address ee:ee:ee:ee:ee:ee mtu 1450 type veth peer name eth0 mtu 1450 netns $pod
            ip netns exec $node sysctl -qw net.ipv4.conf.$host.proxy_arp=1 net.ipv4.neigh.$host.proxy_delay=0
            ip -n $node -batch - <<END
            link set $host addrgenmode none
            link set $host up
            address add fe80::ecee:eeff:feee:eeee/64 dev $host nodad
            route add $ipv4/32 dev $host scope link
            route add $ipv6/128 dev $host
            END
            ip -n $pod -batch - <<END
            link set eth0 up
            address add $ipv4/32 dev eth0
            address add $ipv6/128 dev eth0 nodad
            route add 169.254.1.1 dev eth0 scope link
            route add default via 169.254.1.1 dev eth0
            route add default via fe80::ecee:eeff:feee:eeee dev eth0
            END
            """;

    @Override
    public void install(Sandbox sandbox) {
        sandbox.run(VXLAN + NAT_OUTGOING);
    }

    @Override
    public OverlayPod pod() {
        return OverlayPod.DOCUMENTED;
    }

    @Override
    public void addPod(Sandbox sandbox, OverlayPod pod) {
        sandbox.run(pod.variables() + POD);
    }
}

package io.metaplugins.e2e;

/**
 * The cables: two nodes and a gateway on one wire, and a host beyond the gateway. The wire carries
 * two subnets, the nodes' own and one more, as a trunk without tags would.
 *
 * <pre>
 *   node1 172.18.0.2 ──┐
 *   node2 172.18.0.3 ──┤ wire
 *  gateway 172.18.0.1 ─┘
 *    │     10.50.0.1
 *    └── 198.51.100.1 ── outside 198.51.100.10
 * </pre>
 */
final class Topology {
    private Topology() {}

    static final String NAMESPACES =
            """
            for n in wire node1 node2 gateway outside; do
              ip netns add $n
              ip -n $n link set lo up
              ip netns exec $n sysctl -qw net.ipv6.conf.all.accept_dad=0 \\
                net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0
            done
            for n in node1 node2 gateway; do
              ip netns exec $n sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \\
                net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0
            done
            """;

    static final String CABLES =
            """
            ip -n wire link add br0 up type bridge mcast_snooping 0
            for n in node1 node2 gateway; do
              ip -n wire link add $n type veth peer name eth0 netns $n
              ip -n wire link set $n master br0 up
              ip -n $n link set eth0 up
            done
            ip -n gateway link add eth1 type veth peer name eth0 netns outside
            """;

    static final String ADDRESSES =
            """
            ip -n node1 -batch - <<END
            address add 172.18.0.2/16 dev eth0
            address add fd00:172:18::2/64 dev eth0
            route add default via 172.18.0.1
            route add default via fd00:172:18::1
            END
            ip -n node2 -batch - <<END
            address add 172.18.0.3/16 dev eth0
            address add fd00:172:18::3/64 dev eth0
            route add default via 172.18.0.1
            route add default via fd00:172:18::1
            END
            ip -n gateway -batch - <<END
            address add 172.18.0.1/16 dev eth0
            address add fd00:172:18::1/64 dev eth0
            address add 10.50.0.1/24 dev eth0
            address add fd00:10:50::1/64 dev eth0
            address add 198.51.100.1/24 dev eth1
            address add 2001:db8:51::1/64 dev eth1
            link set eth1 up
            END
            ip -n outside -batch - <<END
            address add 198.51.100.10/24 dev eth0
            address add 2001:db8:51::10/64 dev eth0
            link set eth0 up
            route add default via 198.51.100.1
            route add default via 2001:db8:51::1
            END
            """;

    static void build(Sandbox sandbox) {
        sandbox.run(NAMESPACES + CABLES + ADDRESSES);
    }
}

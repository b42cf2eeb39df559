package io.metaplugins.e2e;

/**
 * Services as kube-proxy makes them: the virtual address becomes a backend's, and who is not of the
 * overlay, or asks for itself, is masqueraded so that the answer comes back through the node.
 */
final class KubeProxy {
    static final int SERVICE_PORT = 80;
    static final int NODE_PORT = 30080;

    static final Dual SAME_NODE = new Dual("10.244.64.10", "fd00:10:64::10");
    static final Dual OTHER_NODE = new Dual("10.244.64.11", "fd00:10:64::11");
    static final Dual ON_NODE = new Dual("10.244.64.12", "fd00:10:64::12");
    static final Dual ON_OTHER_NODE = new Dual("10.244.64.13", "fd00:10:64::13");
    static final Dual OF_POD = new Dual("10.244.64.14", "fd00:10:64::14");

    static final Dual OUTSIDE = new Dual("10.244.64.15", "fd00:10:64::15");

    private KubeProxy() {}

    /** Installs them on both nodes; the pod is the backend of a service and of a node port. */
    static void install(Sandbox sandbox, Dual pod) {
        sandbox.run(
                """
                for n in node1 node2; do
                  ip netns exec $n nft -f - <<'END'
                table ip kube-proxy {
                  map backends {
                    type ipv4_addr : ipv4_addr
                    elements = { 10.244.64.10 : 10.244.1.5, 10.244.64.11 : 10.244.2.5,
                                 10.244.64.12 : 172.18.0.2, 10.244.64.13 : 172.18.0.3,
                                 10.244.64.14 : %1$s, 10.244.64.15 : 198.51.100.10 }
                  }
                  chain services {
                    ip daddr 10.244.64.0/18 tcp dport 80 jump service
                    fib daddr type local tcp dport 30080 meta mark set mark or 0x4000 dnat to %1$s:7777
                  }
                  chain service {
                    ip saddr != 10.244.0.0/16 meta mark set mark or 0x4000
                    ip saddr %1$s ip daddr 10.244.64.14 meta mark set mark or 0x4000
                    meta l4proto tcp dnat to ip daddr map @backends:7777
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
                  chain output { type nat hook output priority -100; jump services; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat - 1;
                    mark and 0x4000 == 0x4000 masquerade
                  }
                }
                table ip6 kube-proxy {
                  map backends {
                    type ipv6_addr : ipv6_addr
                    elements = { fd00:10:64::10 : fd00:10:244:1::5, fd00:10:64::11 : fd00:10:244:2::5,
                                 fd00:10:64::12 : fd00:172:18::2, fd00:10:64::13 : fd00:172:18::3,
                                 fd00:10:64::14 : %2$s, fd00:10:64::15 : 2001:db8:51::10 }
                  }
                  chain services {
                    ip6 daddr fd00:10:64::/112 tcp dport 80 jump service
                    fib daddr type local tcp dport 30080 meta mark set mark or 0x4000 dnat to [%2$s]:7777
                  }
                  chain service {
                    ip6 saddr != fd00:10:244::/48 meta mark set mark or 0x4000
                    ip6 saddr %2$s ip6 daddr fd00:10:64::14 meta mark set mark or 0x4000
                    meta l4proto tcp dnat to ip6 daddr map @backends:7777
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
                  chain output { type nat hook output priority -100; jump services; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat - 1;
                    mark and 0x4000 == 0x4000 masquerade
                  }
                }
                table inet kube-forward {
                  chain forward { type filter hook forward priority filter; }
                }
                END
                done
                """
                        .formatted(pod.ipv4(), pod.ipv6()));
    }

    /** Has the nodes translate destinations alone, as with {@code externalTrafficPolicy: Local}. */
    static final String WITHOUT_MASQUERADE =
            """
            for n in node1 node2; do
              ip netns exec $n nft flush chain ip kube-proxy postrouting
              ip netns exec $n nft flush chain ip6 kube-proxy postrouting
            done
            """;

    /** Whether the nodes drop what conntrack finds INVALID, as kube-proxy does by default. */
    static String dropInvalid(boolean drop) {
        String rule = drop ? "add rule inet kube-forward forward ct state invalid drop" : "";
        return """
        for n in node1 node2; do
          ip netns exec $n nft -f - <<'END'
        flush chain inet kube-forward forward
        %s
        END
        done
        """
                .formatted(rule);
    }
}

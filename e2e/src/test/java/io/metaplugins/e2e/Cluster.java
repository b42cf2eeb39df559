package io.metaplugins.e2e;

import io.metaplugins.net.IpFamily;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Two nodes with an overlay and services, a gateway and a host outside; on the first node the pod
 * that gets more NICs, and on each node an overlay pod to talk to. In every namespace a server
 * sends back what it gets.
 */
public final class Cluster implements AutoCloseable {
    static final int ECHO_PORT = 7777;

    private static final String SERVERS =
            """
            for n in pod same other node1 node2 gateway outside; do
              ip netns exec $n socat TCP6-LISTEN:7777,fork,ipv6only=0 PIPE >/dev/null 2>&1 </dev/null &
            done
            for n in pod same other node1 node2 gateway outside; do
              until [ -n "$(ip netns exec $n ss -Hltn sport = :7777)" ]; do :; done
            done
            """;

    /** The kernel makes routes and addresses local at the end of looking for duplicates. */
    static final String NO_ADDRESS_IS_TENTATIVE =
            """
            timeout 30 sh -c 'until [ -z "$(ip -o address show tentative)" ]; do :; done'
            """;

    private final Sandbox sandbox;
    private final Overlay overlay;
    private final Walk walk = new Walk(this);
    private final Map<Place, Dual> addresses = new EnumMap<>(Place.class);

    private Cluster(Sandbox sandbox, Overlay overlay) {
        this.sandbox = sandbox;
        this.overlay = overlay;
        addresses.put(Place.ETH0, overlay.pod().address());
        addresses.put(Place.SAME_NODE_POD, OverlayPod.SAME_NODE.address());
        addresses.put(Place.OTHER_NODE_POD, OverlayPod.OTHER_NODE.address());
        addresses.put(Place.SERVICE_SAME_NODE, KubeProxy.SAME_NODE);
        addresses.put(Place.SERVICE_OTHER_NODE, KubeProxy.OTHER_NODE);
        addresses.put(Place.SERVICE_ON_NODE, KubeProxy.ON_NODE);
        addresses.put(Place.SERVICE_ON_OTHER_NODE, KubeProxy.ON_OTHER_NODE);
        addresses.put(Place.SERVICE_OF_POD, KubeProxy.OF_POD);
        addresses.put(Place.SERVICE_OUTSIDE, KubeProxy.OUTSIDE);
        Dual node = new Dual("172.18.0.2", "fd00:172:18::2");
        Dual otherNode = new Dual("172.18.0.3", "fd00:172:18::3");
        addresses.put(Place.NODE, node);
        addresses.put(Place.NODE_PORT, node);
        addresses.put(Place.OTHER_NODE, otherNode);
        addresses.put(Place.OTHER_NODE_UNDERLAY, otherNode);
        addresses.put(Place.OTHER_NODE_PORT, otherNode);
        addresses.put(Place.GATEWAY, new Dual("172.18.0.1", "fd00:172:18::1"));
        addresses.put(Place.OUTSIDE, new Dual("198.51.100.10", "2001:db8:51::10"));
    }

    /** Builds all of it, with a Calico-like overlay; takes about a second. */
    public static Cluster withCalico() {
        return with(new Calico());
    }

    static Cluster with(Overlay overlay) {
        Sandbox sandbox = Sandbox.open();
        Topology.build(sandbox);
        overlay.install(sandbox);
        overlay.addPod(sandbox, overlay.pod());
        overlay.addPod(sandbox, OverlayPod.SAME_NODE);
        overlay.addPod(sandbox, OverlayPod.OTHER_NODE);
        KubeProxy.install(sandbox, overlay.pod().address());
        Witness.install(sandbox);
        sandbox.run(SERVERS);
        return new Cluster(sandbox, overlay);
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    /** Tells the address of a NIC that the pod has got since. */
    void addressed(Place nic, Dual address) {
        addresses.put(nic, address);
    }

    /** The address of a place that has one. */
    public String address(Place place, IpFamily family) {
        Dual address = addresses.get(place);
        if (address == null) {
            throw new IllegalArgumentException(place + " has no address here");
        }
        return address.of(family);
    }

    /** Goes along flows, one after the other: what came of each, in their order. */
    public List<Flow> walk(List<Flow> flows, IpFamily family) {
        return walk.along(flows, family, false);
    }

    /** The same with all flows at once, for when most of them are not answered. */
    public List<Flow> walkTogether(List<Flow> flows, IpFamily family) {
        return walk.along(flows, family, true);
    }

    /** Puts the nodes and the pod into a setting, in place. */
    void set(Setting setting) {
        sandbox.run(setting.script());
    }

    /** Makes pods of many NICs of the two overlay pods too, each by its node's own runtime. */
    void giveNet1ToTheOtherPods() {
        giveNet1(OverlayPod.SAME_NODE, Place.SAME_NODE_NET1, Nic.net1().numbered(1));
        giveNet1(OverlayPod.OTHER_NODE, Place.OTHER_NODE_NET1, Nic.net1().numbered(2));
    }

    /** Makes a pod on each node whose only NIC is a macvlan, by its node's own runtime. */
    void addMacvlanPods() {
        addMacvlanPod("near", "node1", 3);
        addMacvlanPod("far", "node2", 4);
    }

    private void addMacvlanPod(String name, String node, int number) {
        Nic nic = Nic.eth0().numbered(number);
        OverlayPod pod = new OverlayPod(name, node, "", nic.bareAddress());
        overlay.addPod(sandbox, pod);
        new CniRuntime(sandbox, node, Plugins.unpacked()).add(nic.attachment(pod));
    }

    private void giveNet1(OverlayPod pod, Place place, Nic nic) {
        new CniRuntime(sandbox, pod.node(), Plugins.unpacked()).add(nic.attachment(pod));
        addresses.put(place, nic.bareAddress());
    }

    /** Makes one more pod on the overlay, with its eth0 alone. */
    void addPod(OverlayPod pod) {
        overlay.addPod(sandbox, pod);
    }

    /**
     * All that routing in a namespace depends on, as {@code ip} and {@code /proc/sys} tell it, in
     * an order that does not depend on when things were made. Without the rule that all pods share,
     * which stays when they go.
     */
    List<String> picture(String netns) {
        return picture(sandbox, netns);
    }

    static List<String> picture(Sandbox sandbox, String netns) {
        return sandbox.run(
                        netns,
                        NO_ADDRESS_IS_TENTATIVE
                                + """
                                ip -o link | sed 's/^[0-9]*: //; s/@if[0-9]*:/:/' | sort
                                ip -o address | sed 's/^[0-9]*: //' | sort
                                ip -4 rule | grep -v 'all lookup 500' | sort
                                ip -6 rule | grep -v 'all lookup 500' | sort
                                ip -4 route show table all | sort
                                ip -6 route show table all | sed 's/ expires [0-9]*sec//' | sort
                                ip neighbour show nud permanent | sort
                                nft list table inet meta-plugins 2>/dev/null || :
                                cd /proc/sys/net
                                grep . ipv4/conf/*/rp_filter ipv4/conf/*/arp_* ipv4/conf/*/src_valid_mark ipv6/conf/*/accept_ra \
                                    ipv6/conf/*/autoconf ipv6/conf/*/disable_ipv6
                                """)
                .lines()
                .toList();
    }

    @Override
    public void close() {
        sandbox.close();
    }
}

package io.metaplugins.e2e;

import io.metaplugins.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A NIC on the nodes' wire, as a network attachment asks for it: macvlan, then a plugin of ours.
 *
 * @param place what its address is known by
 * @param address with its prefix length
 * @param families those that it gets
 * @param plugin ours
 * @param keys more keys of its configuration, each with a comma before it
 */
public record Nic(
        String name,
        Place place,
        Dual address,
        Dual gateway,
        Set<IpFamily> families,
        String plugin,
        String keys) {
    private static final Set<IpFamily> DUAL_STACK = Set.of(IpFamily.IPV4, IpFamily.IPV6);
    private static final String ROUTER = "router";
    private static final Dual NODES_GATEWAY = new Dual("172.18.0.1", "fd00:172:18::1");
    private static final Dual OTHER_GATEWAY = new Dual("10.50.0.1", "fd00:10:50::1");

    /** The documented one: in the subnet of the nodes. */
    public static Nic net1() {
        Dual address = new Dual("172.18.24.120/16", "fd00:172:18::24:120/64");
        return new Nic("net1", Place.NET1, address, NODES_GATEWAY, DUAL_STACK, ROUTER, "");
    }

    /** A second one beside it, on the same segment and in the same subnet. */
    public static Nic net2() {
        Dual address = new Dual("172.18.24.121/16", "fd00:172:18::24:121/64");
        return new Nic("net2", Place.NET2, address, NODES_GATEWAY, DUAL_STACK, ROUTER, "");
    }

    /** The first and only NIC of the documented pod without an overlay. */
    public static Nic eth0() {
        Dual address = new Dual("172.18.24.124/16", "fd00:172:18::24:124/64");
        return new Nic("eth0", Place.ETH0, address, NODES_GATEWAY, DUAL_STACK, "veth", "");
    }

    /** The same NIC with another of our plugins behind macvlan. */
    public Nic by(String other) {
        return new Nic(name, place, address, gateway, families, other, keys);
    }

    /** The same NIC in a subnet in which the nodes have no address. */
    public Nic inAnotherSubnet() {
        Dual other =
                place == Place.NET1
                        ? new Dual("10.50.0.120/24", "fd00:10:50::120/64")
                        : new Dual("10.50.0.121/24", "fd00:10:50::121/64");
        return new Nic(name, place, other, OTHER_GATEWAY, families, plugin, keys);
    }

    /** The same NIC with the addresses of one family. */
    public Nic only(IpFamily family) {
        return new Nic(name, place, address, gateway, Set.of(family), plugin, keys);
    }

    /** The same NIC by another name. */
    public Nic named(String other) {
        return new Nic(other, place, address, gateway, families, plugin, keys);
    }

    /** The same NIC with a key more in its plugin's configuration, such as {@code "sriov":true}. */
    public Nic with(String key) {
        return new Nic(name, place, address, gateway, families, plugin, keys + "," + key);
    }

    /** The address that NIC number n of many has. */
    Nic numbered(int n) {
        Dual other = new Dual("172.18.30." + n + "/16", "fd00:172:18::30:" + n + "/64");
        return new Nic(name, place, other, gateway, families, plugin, keys);
    }

    /** Its addresses without their prefix lengths. */
    Dual bareAddress() {
        return new Dual(bare(address.ipv4()), bare(address.ipv6()));
    }

    /** The attachment that gives this NIC to the documented pod. */
    public Attachment attachment() {
        return attachment(OverlayPod.DOCUMENTED);
    }

    Attachment attachment(OverlayPod pod) {
        return new Attachment(conflist(), pod.name() + "-container", pod.name(), name);
    }

    /** The network, as an administrator writes it. */
    public String conflist() {
        return """
        {
          "cniVersion": "1.0.0",
          "name": "macvlan-overlay",
          "plugins": [
            {
              "type": "macvlan",
              "master": "eth0",
              "mode": "bridge",
              "ipam": {"type": "static", "addresses": [%s], "routes": [%s]}
            },
            {
              "type": "%s",
              "overlay_hijack_subnet": ["10.244.0.0/18", "fd00:10:244::/48"],
              "service_hijack_subnet": ["10.244.64.0/18", "fd00:10:64::/112"]%s
            }
          ]
        }
        """
                .formatted(addresses(), routes(), plugin, keys);
    }

    private String addresses() {
        List<String> all = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            if (families.contains(family)) {
                all.add(
                        "{\"address\": \"%s\", \"gateway\": \"%s\"}"
                                .formatted(address.of(family), gateway.of(family)));
            }
        }
        return String.join(", ", all);
    }

    private String routes() {
        List<String> all = new ArrayList<>();
        if (families.contains(IpFamily.IPV4)) {
            all.add("{\"dst\": \"0.0.0.0/0\"}");
        }
        if (families.contains(IpFamily.IPV6)) {
            all.add("{\"dst\": \"::/0\"}");
        }
        return String.join(", ", all);
    }

    private static String bare(String cidr) {
        return cidr.substring(0, cidr.indexOf('/'));
    }
}

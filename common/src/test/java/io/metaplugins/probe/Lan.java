package io.metaplugins.probe;

import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.ArrayList;
import java.util.List;

/** An Ethernet segment with hosts on it, each a namespace with the NIC net1, up. */
final class Lan implements AutoCloseable {
    private static final InterfaceName NET1 = new InterfaceName("net1");

    /** What a host has for a NIC. */
    enum Kind {
        VETH,
        MACVLAN
    }

    /** A host on the segment. */
    record Host(TestNetns netns, Nic nic) {

        /** Gives the host an address at once, without detection by its kernel. */
        void take(String address) {
            netns.run("ip", "address", "add", address, "dev", "net1", "nodad");
        }

        /** Loads rules of nft that count, or drop. */
        void filter(String rules) {
            Lan.requireSuccess(netns, rules, "nft", "-f", "-");
        }

        Segment open(Libc libc) {
            try (Netns inside = Netns.open(libc, netns.path())) {
                return Segment.open(libc, inside, nic);
            }
        }
    }

    private final Kind kind;
    private final TestNetns wire = TestNetns.create("wire");
    private final List<TestNetns> hosts = new ArrayList<>();

    Lan(Kind kind) {
        this.kind = kind;
        switch (kind) {
            case VETH -> wire.run("ip", "link", "add", "wire", "type", "bridge");
            case MACVLAN -> {
                wire.run("ip", "link", "add", "wire", "type", "veth", "peer", "name", "far");
                wire.run("ip", "link", "set", "far", "up");
            }
        }
        wire.run("ip", "link", "set", "wire", "up");
    }

    /** Connects a new host, without addresses of its own, not even a link-local one. */
    Host connect() {
        TestNetns netns = TestNetns.create("host");
        hosts.add(netns);
        switch (kind) {
            case VETH -> {
                String port = "port" + hosts.size();
                wire.run(
                        "ip",
                        "link",
                        "add",
                        port,
                        "master",
                        "wire",
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "net1",
                        "netns",
                        netns.name());
                wire.run("ip", "link", "set", port, "up");
            }
            case MACVLAN ->
                    wire.run(
                            "ip",
                            "link",
                            "add",
                            "link",
                            "wire",
                            "name",
                            "net1",
                            "netns",
                            netns.name(),
                            "type",
                            "macvlan",
                            "mode",
                            "bridge");
        }
        netns.run("ip", "link", "set", "net1", "addrgenmode", "none");
        netns.run("ip", "link", "set", "net1", "up");
        return new Host(netns, nic(netns));
    }

    /** As {@code ip -o} tells: "2: net1@if3: <…> … link/ether aa:bb:cc:dd:ee:ff brd …". */
    static Nic nic(TestNetns netns) {
        String line = netns.run("ip", "-o", "link", "show", "dev", "net1");
        List<String> words = List.of(line.split("\\s+"));
        return new Nic(
                NET1,
                Integer.parseInt(line.substring(0, line.indexOf(':'))),
                MacAddress.parse(words.get(words.indexOf("link/ether") + 1)));
    }

    private static void requireSuccess(TestNetns netns, String stdin, String... command) {
        var output = netns.attempt(stdin, java.util.Map.of(), command);
        if (!output.succeeded()) {
            throw new AssertionError(output.stderr());
        }
    }

    @Override
    public void close() {
        hosts.forEach(TestNetns::close);
        wire.close();
    }
}

package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.Shell;
import io.metaplugins.testkit.TestNetns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

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

        /** Counts by nft what passes a hook, and what becomes of it: accept, drop. */
        Counter count(String family, String hook, String match, String verdict) {
            return Lan.count(netns, family, hook, match, verdict);
        }

        /** Loses the first frame of a kind, and no other. */
        Counter loseFirst(String family, String hook, String match) {
            return count(family, hook, match + " numgen inc mod 1000000 == 0", "drop");
        }

        /** What the kernel knows of a neighbour, as {@code ip neigh} prints it. */
        String neighbour(String address) {
            return netns.run("ip", "neigh", "show", "to", address, "dev", "net1");
        }

        Segment open(Libc libc) {
            try (Netns inside = Netns.open(libc, netns.path())) {
                return Segment.open(libc, inside, nic);
            }
        }
    }

    /** What nft counts in one hook. */
    record Counter(TestNetns netns, String family, String table) {
        long packets() {
            List<String> words =
                    List.of(
                            netns.run("nft", "list", "counter", family, table, "hits")
                                    .split("\\s+"));
            return Long.parseLong(words.get(words.indexOf("packets") + 1));
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
                MacAddress.parse(words.get(words.indexOf("link/ether") + 1)),
                Set.of());
    }

    /** Has a host's port give back to it what it sent to all, as a loop in a network does. */
    void reflectTo(int host) {
        wire.run("bridge", "link", "set", "dev", "port" + host, "hairpin", "on");
    }

    /** Counts frames by nft as they come to the bridge. */
    Counter countOnWire(String match) {
        return count(wire, "bridge", "prerouting", match, "accept");
    }

    /** Looks until it is so. */
    static void await(BooleanSupplier event) {
        long start = System.nanoTime();
        while (!event.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    private static Counter count(
            TestNetns netns, String family, String hook, String match, String verdict) {
        String rules =
                """
                table %s %s {
                    counter hits { }
                    chain only {
                        type filter hook %s priority 0
                        %s counter name hits %s
                    }
                }
                """
                        .formatted(family, hook, hook, match, verdict);
        Shell.Output output = netns.attempt(rules, Map.of(), "nft", "-f", "-");
        assertThat(output.succeeded()).as(output.stderr()).isTrue();
        return new Counter(netns, family, hook);
    }

    @Override
    public void close() {
        hosts.forEach(TestNetns::close);
        wire.close();
    }
}

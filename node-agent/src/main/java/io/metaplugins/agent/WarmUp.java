package io.metaplugins.agent;

import io.metaplugins.agent.drift.Beginnings;
import io.metaplugins.agent.metrics.Metrics;
import io.metaplugins.engine.Change;
import io.metaplugins.engine.Kernel;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Route;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.ScratchNetns;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.NodeSettings;
import io.metaplugins.plugin.Plugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What an agent does before it is asked: it attaches a pod of its own and detaches it, again and
 * again for a moment, on a node of its own. The first pod that comes then finds the code loaded and
 * compiled, and does not wait longer than the others.
 */
final class WarmUp {
    private static final Logger log = LogManager.getLogger(WarmUp.class);
    private static final Duration TIME = Duration.ofMillis(120);

    private static final InterfaceName ETH0 = new InterfaceName("eth0");
    private static final InterfaceName NET1 = new InterfaceName("net1");

    /** {@code LOG} stands for the log's file. */
    private static final String CONFIGURATION =
            """
            {"cniVersion": "1.1.0", "name": "warm-up", "type": "router",
             "service_hijack_subnet": ["10.244.64.0/18"], "overlay_hijack_subnet": ["10.244.0.0/18"],
             "log_options": {"log_file": "LOG"},
             "prevResult": {"cniVersion": "1.1.0",
               "interfaces": [{"name": "net1", "sandbox": "/warm-up"}],
               "ips": [{"address": "172.18.24.120/16", "gateway": "172.18.0.1", "interface": 0}],
               "routes": [{"dst": "0.0.0.0/0", "gw": "172.18.0.1"}]}}
            """;

    private final Plugins plugins;
    private final Libc libc;
    private final ScratchNetns scratch;

    WarmUp(Plugins plugins, Libc libc, ServerLibc server) {
        this.plugins = plugins;
        this.libc = libc;
        this.scratch = new ScratchNetns(libc, server);
    }

    /**
     * Does it. That it fails keeps nobody from being served, and is in the log.
     *
     * @param home where there is room for a ledger
     */
    void run(Path home) {
        try {
            Path directory = home.resolve("warm-up");
            remove(directory); // Of an agent that was killed meanwhile.
            Files.createDirectory(directory, Agent.PRIVATE);
            try (Netns pod = scratch.make()) {
                int rounds = scratch.runInNew(node -> attachAndDetach(node, pod, directory));
                log.info("attached and detached a pod of its own {} times", rounds);
            } finally {
                remove(directory);
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the first requests will be slow: {}", e.toString());
        }
    }

    private int attachAndDetach(Netns own, Netns pod, Path directory) {
        furnish(own, pod);
        int rounds = 0;
        try (Node node =
                new Node(
                        libc,
                        directory.resolve("ledger"),
                        new Metrics(),
                        () -> NodeSettings.NONE)) {
            Desk desk = new Desk(plugins, node, libc, directory, new Beginnings());
            Path held = Path.of("/proc/self/fd/" + pod.descriptor());
            Node toPod = node.with(_ -> Netns.open(libc, held));
            long start = System.nanoTime();
            do {
                for (String verb : List.of("ADD", "CHECK", "DEL")) {
                    carryOut(desk, toPod, verb, directory);
                }
                rounds++;
            } while (System.nanoTime() - start < TIME.toNanos());
        }
        return rounds;
    }

    private static void carryOut(Desk desk, Node node, String verb, Path directory) {
        Execution request =
                new Execution(
                        List.of("router", "router"),
                        Map.of(
                                "CNI_COMMAND",
                                verb,
                                "CNI_CONTAINERID",
                                "warm-up",
                                "CNI_IFNAME",
                                NET1.value(),
                                "CNI_NETNS",
                                "/warm-up",
                                "CNI_PATH",
                                "/warm-up"),
                        CONFIGURATION
                                .replace("LOG", directory.resolve("log").toString())
                                .getBytes(StandardCharsets.UTF_8));
        Answer answer = desk.carryOut(request, node);
        if (answer.status() != 0) {
            throw new IllegalStateException(verb + ": " + answer.output());
        }
    }

    /** A node with one address, and in the pod an overlay NIC and one on the node's segment. */
    private void furnish(Netns own, Netns pod) {
        try (Kernel node = NetlinkKernel.open(libc, own, pod);
                Kernel inPod = NetlinkKernel.open(libc, pod)) {
            make(node, pair("overlay", ETH0, 1), pair("segment", NET1, 2));
            make(node, address("segment", "172.18.0.2/16"));
            make(
                    inPod,
                    Link.up(ETH0, mac(0x10), null),
                    Link.up(NET1, mac(0x20), null),
                    address(ETH0.value(), "10.244.181.69/32"),
                    address(NET1.value(), "172.18.24.120/16"));
            IpAddress gateway = IpAddress.parse("169.254.1.1");
            make(
                    inPod,
                    Route.connected(gateway.toHostCidr(), ETH0, TableId.MAIN),
                    Route.via(Cidr.any(IpFamily.IPV4), gateway, ETH0, TableId.MAIN));
        }
    }

    private static Link pair(String name, InterfaceName inPod, int number) {
        return Link.pair(
                new InterfaceName(name), mac(number), null, new Link.Peer(inPod, mac(number << 4)));
    }

    /** Locally administered. */
    private static MacAddress mac(int number) {
        return new MacAddress(0x020000000000L | number);
    }

    private static Address address(String dev, String cidr) {
        return new Address(new InterfaceName(dev), Cidr.parse(cidr), null, null, false);
    }

    private static void make(Kernel kernel, KernelObject... objects) {
        List<Change> changes =
                Arrays.stream(objects)
                        .map(object ->
                                new Change(
                                        object instanceof Link link && link.peer() == null
                                                ? Change.Act.REPLACE
                                                : Change.Act.ADD,
                                        object))
                        .toList();
        for (Kernel.Failure failure : kernel.write(changes)) {
            throw failure.cause();
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}

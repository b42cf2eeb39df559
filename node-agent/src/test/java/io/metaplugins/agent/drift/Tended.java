package io.metaplugins.agent.drift;

import io.metaplugins.agent.drift.Tally.Kind;
import io.metaplugins.agent.drift.Tally.Outcome;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Engine;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.Kernels;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.JnrServerLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.log.LogLevel;
import io.metaplugins.log.Logging;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Renewal;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.TestNetns;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/** A node with pods, whose attachments wish for one of each kind of thing, and a keeper. */
final class Tended implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Duration NEVER = Duration.ofHours(1);
    static final TableId TABLE = new TableId(100);
    static final TableId HOST_TABLE = new TableId(500);
    static final InterfaceName ETH0 = new InterfaceName("eth0");
    static final InterfaceName NET1 = new InterfaceName("net1");
    static final InterfaceName UPLINK = new InterfaceName("up0");

    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:aa");

    final TestNetns host = TestNetns.create("node");
    final Libc libc = JnrLibc.load();
    final Ledger ledger;
    final BlockingQueue<AttachmentId> renewed = new LinkedBlockingQueue<>();
    final BlockingQueue<AttachmentId> changed = new LinkedBlockingQueue<>();
    private final Netns netns = Netns.open(libc, host.path());
    private final Node node;
    private final Engine engine =
            new Engine(LogManager.getLogger(Engine.class), InstantSource.system());
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<Kernel> opened = new ArrayList<>();
    private @Nullable Keeper keeper;
    private @Nullable Thread thread;

    Tended(Path root) {
        ledger = new Ledger(root);
        node = new Node(libc, root);
        quietIpv6(host);
        hostIp("link add up0 address 02:00:00:00:00:10 type veth peer name far0");
        hostIp("link set far0 up");
        hostIp("link set up0 up");
        hostIp("addr add 192.0.2.1/24 dev up0");
    }

    /** Addresses that come by themselves come at their own time. */
    private static void quietIpv6(TestNetns netns) {
        netns.run("sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1");
    }

    /** A pod with two NICs, of which one leads to the node. */
    final class Pod implements AutoCloseable {
        final TestNetns netns = TestNetns.create("pod");
        final int number;
        private boolean ended;

        Pod(int number) {
            this.number = number;
            quietIpv6(netns);
            hostIp("link add " + veth() + " type veth peer name eth0 netns " + netns.name());
            hostIp("link set " + veth() + " up");
            ip("link add net1 address 02:00:00:00:01:03 type veth peer name far1");
            for (String link : List.of("eth0", "far1", "net1")) {
                ip("link set " + link + " up");
            }
            ip("addr add 10.244.1." + number + "/32 dev eth0");
            ip("addr add 172.18.0." + number + "/16 dev net1");
            ip("addr add fd00:18::" + number + "/64 dev net1 nodad");
        }

        String veth() {
            return "cali" + number;
        }

        String ip(String arguments) {
            return netns.run(("ip " + arguments).split(" "));
        }

        AttachmentId id() {
            return new AttachmentId("net", "router", "pod" + number, NET1);
        }

        Receipt attach() {
            return attach(id(), wishes());
        }

        Receipt attach(AttachmentId id, Plan plan) {
            try (Netns pod = Netns.open(libc, netns.path());
                    NetlinkKernel inHost = NetlinkKernel.open(libc, Tended.this.netns, pod);
                    NetlinkKernel inPod = NetlinkKernel.open(libc, pod);
                    Ledger.Entry entry = ledger.open(id, PATIENCE)) {
                Namespace namespace = new Namespace(netns.path().toString(), pod.id());
                Kernels kernels = new Kernels(inHost, new Kernels.Container(namespace, inPod));
                return engine.apply(entry, plan, null, kernels, Observation.NONE);
            }
        }

        /** One of each kind, in both places as far as there is a use for it. */
        Plan wishes() {
            InterfaceName veth = new InterfaceName(veth());
            IpAddress address = IpAddress.parse("172.18.0." + number);
            List<Statement> wishes = new ArrayList<>();
            wishes.add(Statement.node(Rule.all(IpFamily.IPV4, 1000, HOST_TABLE), "all share it"));
            wishes.add(onNode(Link.up(veth, MAC, 1400)));
            wishes.add(onNode(Sysctl.ipv4(veth, "rp_filter", 2)));
            wishes.add(onNode(Neighbour.permanent(veth, address, MAC)));
            wishes.add(onNode(Route.connected(Cidr.parse(address + "/32"), veth, HOST_TABLE)));
            wishes.add(
                    onNode(
                            Route.connected(
                                    Cidr.parse("203.0.113." + number + "/32"),
                                    UPLINK,
                                    HOST_TABLE)));
            wishes.add(onNode(filter("source", veth)));
            wishes.add(inPod(Link.withAddress(NET1, MAC)));
            wishes.add(inPod(new Address(NET1, Cidr.parse("169.254.77.1/32"), null, null, false)));
            wishes.add(inPod(Sysctl.ipv4(NET1, "arp_ignore", 1)));
            wishes.add(inPod(Sysctl.ipv6(NET1, "accept_ra", 0)));
            wishes.add(inPod(Route.connected(Cidr.parse("10.0.0.0/8"), ETH0, TABLE)));
            wishes.add(inPod(Route.connected(Cidr.parse("fd09::/64"), NET1, TABLE)));
            wishes.add(inPod(Rule.from(Cidr.parse("10.244.1." + number + "/32"), 1002, TABLE)));
            wishes.add(inPod(Neighbour.permanent(ETH0, IpAddress.parse("169.254.1.1"), MAC)));
            wishes.add(inPod(filter("requests", ETH0)));
            return new Plan(wishes);
        }

        private NftRule filter(String chain, InterfaceName in) {
            return new NftRule(
                    NftChain.ours(chain, NftChain.Type.FILTER, NftChain.Hook.PREROUTING, -150),
                    "pod" + number,
                    List.of(new NftRule.InInterface(in), new NftRule.NewConnection()));
        }

        /** Ends it before it is closed, as a runtime does that then forgets it. */
        void end() {
            ended = true;
            netns.close();
        }

        @Override
        public void close() {
            if (!ended) {
                netns.close();
            }
        }
    }

    /** Has it on record, and does nothing about it. */
    void write(Receipt receipt) {
        try (Ledger.Entry entry = ledger.open(receipt.id(), PATIENCE)) {
            entry.write(receipt);
        }
    }

    static Statement inPod(KernelObject object) {
        return Statement.present(Where.CONTAINER, object, "the pod wants it");
    }

    static Statement onNode(KernelObject object) {
        return Statement.present(Where.HOST, object, "the pod wants it on the node");
    }

    String hostIp(String arguments) {
        return host.run(("ip " + arguments).split(" "));
    }

    private Optional<Renewal> renew(Receipt receipt, boolean changes, Duration patience) {
        renewed.add(receipt.id());
        if (changes) {
            changed.add(receipt.id());
        }
        return Optional.empty();
    }

    /** A follower without a keeper, to be told what to do. */
    NodeFollower follower(
            Roster roster, Renewals renewals, Beginnings beginnings, LongSupplier clock) {
        Debts debts = new Debts(attachments(), renewals, clock);
        return new NodeFollower(kernel(), roster, debts, beginnings, clock);
    }

    /** The node's, until this is closed. */
    Kernel kernel() {
        Kernel kernel = NetlinkKernel.open(libc, netns);
        opened.add(kernel);
        return kernel;
    }

    /** Does it as a thread of the node. */
    <T> T inside(Supplier<T> task) {
        return netns.inside(task);
    }

    Attachments attachments() {
        return new Attachments(node);
    }

    /** With settings that stay. */
    Keeper keep(KeeperSettings settings) {
        return keep(fixed(settings));
    }

    private static Guidance fixed(KeeperSettings settings) {
        return guidance(settings, () -> {});
    }

    /** With events alone, and something that is done whenever it asks for news. */
    static Guidance following(Runnable work) {
        return guidance(new KeeperSettings(RepairMode.ON, NEVER, NEVER), work);
    }

    private static Guidance guidance(KeeperSettings settings, Runnable work) {
        return new Guidance() {
            @Override
            public KeeperSettings keeping() {
                return settings;
            }

            @Override
            public boolean follow() {
                work.run();
                return false;
            }

            @Override
            public boolean isSound() {
                return true;
            }
        };
    }

    /** A keeper in the node, to be run and closed by the caller. */
    Keeper open() {
        return open(fixed(new KeeperSettings(RepairMode.ON, NEVER, NEVER)));
    }

    private Keeper open(Guidance guidance) {
        return netns.inside(() ->
                Keeper.open(
                        libc,
                        JnrServerLibc.load(),
                        attachments(),
                        this::renew,
                        new Beginnings(),
                        guidance));
    }

    /** Starts the keeper, in the node, and waits until it has looked at everything once. */
    Keeper keep(Guidance guidance) {
        PrintStream lines = new PrintStream(log, true, StandardCharsets.UTF_8);
        Keeper started = open(guidance);
        // A thread belongs to the namespace in which it is started.
        thread =
                netns.inside(() -> {
                    Thread worker =
                            new Thread(
                                    () -> {
                                        try (Logging _ =
                                                Logging.open(lines, LogLevel.INFO, "keeper")) {
                                            started.run();
                                        }
                                    },
                                    "keeper");
                    worker.start();
                    return worker;
                });
        keeper = started;
        await(() -> started.tally().fullPasses() > 0);
        return started;
    }

    /** With events alone. */
    Keeper keep() {
        return keep(new KeeperSettings(RepairMode.ON, NEVER, NEVER));
    }

    /** What the keeper logged that has the text in it. */
    List<String> logged(String text) {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    static Kind repaired(String object) {
        return new Kind("router", object, Outcome.REPAIRED);
    }

    static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("it has not come about in " + PATIENCE);
            }
            Thread.onSpinWait();
        }
    }

    /** All that a plan can state, as independent commands show it. */
    String look(TestNetns where) {
        return where.run(
                "sh",
                "-c",
                """
                ip -o link | sed 's/link-netns .*//; s/NO-CARRIER,//; s/,LOWER_UP//; s/state [A-Z]* //'
                ip -o address
                ip -4 route show table all
                ip -o -6 route show table all | sort
                ip -4 rule
                ip -6 rule
                ip neighbour show nud permanent | sort
                nft list ruleset
                grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf | sort
                """);
    }

    @Override
    public void close() {
        if (keeper != null && thread != null) {
            keeper.stop();
            boolean interrupted = false;
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
            keeper.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        opened.forEach(Kernel::close);
        node.close();
        ledger.close();
        netns.close();
        host.close();
    }
}

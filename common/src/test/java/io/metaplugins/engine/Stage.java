package io.metaplugins.engine;

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
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netns.Netns;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.testkit.TestNetns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A node and a pod with an overlay NIC eth0 and an underlay NIC net1, in namespaces of their own.
 */
final class Stage implements AutoCloseable {
    static final InterfaceName ETH0 = new InterfaceName("eth0");
    static final InterfaceName NET1 = new InterfaceName("net1");
    static final InterfaceName CALI = new InterfaceName("cali.7");
    static final TableId TABLE = new TableId(100);
    static final TableId HOST_TABLE = new TableId(500);
    static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:aa");
    static final MacAddress OTHER_MAC = MacAddress.parse("02:00:00:00:00:bb");

    final TestNetns host = TestNetns.create("node");
    final TestNetns pod = TestNetns.create("pod");
    private final Libc libc = JnrLibc.load();
    private final Netns hostNetns = Netns.open(libc, host.path());
    private final Netns podNetns = Netns.open(libc, pod.path());
    private final List<Kernel> opened = new ArrayList<>();

    Stage() {
        for (TestNetns each : List.of(host, pod)) {
            // Addresses that come by themselves come at their own time.
            each.run("sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1");
        }
        hostIp(
                "link add cali.7 address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:01:02 netns "
                        + pod.name());
        hostIp("addr add 10.9.0.1/24 dev cali.7");
        hostIp("link set cali.7 up");
        podIp(
                "link add net1 address 02:00:00:00:01:03 type veth peer name far address 02:00:00:00:01:04");
        podIp("link set eth0 up");
        podIp("link set far up");
        podIp("link set net1 up");
        podIp("addr add 10.244.1.5/32 dev eth0");
        podIp("addr add fd00:e::5/64 dev eth0 nodad");
        podIp("addr add 172.18.24.120/16 dev net1");
        podIp("addr add 172.18.24.121/16 dev net1");
        podIp("addr add fd00:18::120/64 dev net1 nodad");
        podIp("route add 169.254.1.1 dev eth0 scope link");
        podIp("route add default via 169.254.1.1 dev eth0");
        podIp("-6 route add default via fd00:e::1 dev eth0");
        podIp("neigh add 169.254.1.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent");
        podIp("neigh add 169.254.1.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent");
        podIp("rule add priority 3000 from 10.0.0.0/8 lookup 77");
    }

    String hostIp(String arguments) {
        return host.run(("ip " + arguments).split(" "));
    }

    String podIp(String arguments) {
        return pod.run(("ip " + arguments).split(" "));
    }

    /** A kernel of the node for another thread, which closes it. */
    Kernel openHost() {
        return NetlinkKernel.open(libc, hostNetns, podNetns);
    }

    /** The node's kernel, opened anew, as each request opens it. */
    Kernel hostKernel() {
        opened.add(openHost());
        return opened.getLast();
    }

    /** The pod's kernel, opened anew. */
    Kernel podKernel() {
        opened.add(NetlinkKernel.open(libc, podNetns));
        return opened.getLast();
    }

    Kernels kernels() {
        return kernels(kernel -> kernel);
    }

    /** Both kernels, each in a wrapping that sees what goes through. */
    Kernels kernels(UnaryOperator<Kernel> wrapping) {
        return new Kernels(
                wrapping.apply(hostKernel()),
                new Kernels.Container(
                        new Namespace(pod.path().toString(), podNetns.id()),
                        wrapping.apply(podKernel())));
    }

    /** All that a plan can state, as independent commands show it. */
    String look() {
        String look =
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
                """;
        return host.run("sh", "-c", look) + "\n--- pod\n" + pod.run("sh", "-c", look);
    }

    static Statement pod(KernelObject object) {
        return Statement.present(Where.CONTAINER, object, "the pod wants it");
    }

    static Statement node(KernelObject object) {
        return Statement.present(Where.HOST, object, "the pod wants it on the node");
    }

    static Statement gone(KernelObject object) {
        return Statement.absent(Where.CONTAINER, object, "it is in the way");
    }

    static Route via(String destination, String gateway, InterfaceName dev, TableId table) {
        return Route.via(Cidr.parse(destination), IpAddress.parse(gateway), dev, table);
    }

    static Route connected(String destination, InterfaceName dev, TableId table) {
        return Route.connected(Cidr.parse(destination), dev, table);
    }

    static Rule ruleFrom(String source, long priority) {
        return Rule.from(Cidr.parse(source), priority, TABLE);
    }

    static final InterfaceName VETH0 = new InterfaceName("veth0");

    /** A veth into the pod. */
    static final Link PAIR =
            Link.pair(
                    new InterfaceName("vethc0ffee"),
                    MacAddress.parse("02:00:00:00:01:05"),
                    1400,
                    new Link.Peer(VETH0, OTHER_MAC));

    static final NftRule.Mark MARK = new NftRule.Mark(0x100000, 0xf00000);

    /** Connections that come in by eth0 are marked. */
    static final NftRule MARKING =
            new NftRule(
                    NftChain.ours("requests", NftChain.Type.FILTER, NftChain.Hook.PREROUTING, -150),
                    "c0ffee net1",
                    List.of(
                            new NftRule.InInterface(ETH0),
                            new NftRule.NewConnection(),
                            new NftRule.MarkConnection(MARK)));

    /** What leaves the node for the pod after translation has the node's address. */
    static final NftRule MASQUERADE =
            new NftRule(
                    NftChain.ours("source", NftChain.Type.NAT, NftChain.Hook.POSTROUTING, 99),
                    "c0ffee net1",
                    List.of(
                            new NftRule.InInterface(CALI),
                            new NftRule.OutInterface(ETH0),
                            new NftRule.DestinationTranslated(),
                            new NftRule.Masquerade(false)));

    /** What all pods of a node share. */
    static final Statement SHARED =
            Statement.node(Rule.all(IpFamily.IPV4, 1000, HOST_TABLE), "all pods share it");

    /**
     * All nouns, both families, both namespaces; made, replaced, removed, and removed to be made.
     */
    static Plan everything() {
        Route overlay = via("0.0.0.0/0", "169.254.1.1", ETH0, TableId.MAIN);
        Route overlay6 = via("::/0", "fd00:e::1", ETH0, TableId.MAIN);
        return new Plan(
                List.of(
                        node(PAIR),
                        pod(Link.up(VETH0, OTHER_MAC, 1400)),
                        node(connected("172.18.24.121/32", PAIR.name(), HOST_TABLE)),
                        pod(connected("172.18.0.2/32", VETH0, TABLE)),
                        pod(Link.withAddress(NET1, MAC)),
                        pod(Link.withTxQueueLength(NET1, 500)),
                        pod(Sysctl.ipv4(NET1, "rp_filter", 2)),
                        node(Sysctl.ipv4(CALI, "rp_filter", 2)),
                        pod(Sysctl.ipv6(NET1, "accept_ra", 0)),
                        SHARED,
                        node(Neighbour.permanent(CALI, IpAddress.parse("172.18.24.120"), MAC)),
                        node(connected("172.18.24.120/32", CALI, HOST_TABLE)),
                        node(connected("fd00:18::120/128", CALI, HOST_TABLE)),
                        node(MASQUERADE),
                        pod(MARKING),
                        pod(new Address(NET1, Cidr.parse("169.254.77.1/32"), null, null, false)),
                        pod(connected("169.254.1.1/32", ETH0, TABLE)),
                        pod(overlay.inTable(TABLE)),
                        pod(overlay6.inTable(TABLE)),
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(ruleFrom("fd00:e::5/128", 1002)),
                        pod(Neighbour.permanent(ETH0, IpAddress.parse("169.254.1.1"), OTHER_MAC)),
                        pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN)),
                        pod(via("::/0", "fd00:18::1", NET1, TableId.MAIN)),
                        gone(overlay),
                        gone(overlay6),
                        gone(Rule.from(Cidr.parse("10.0.0.0/8"), 3000, new TableId(77))),
                        gone(
                                Neighbour.permanent(
                                        ETH0,
                                        IpAddress.parse("169.254.1.2"),
                                        MacAddress.parse("02:00:00:00:00:02"))),
                        gone(new Address(NET1, Cidr.parse("172.18.24.121/16"), null, null, false)),
                        gone(connected("169.254.1.1/32", ETH0, TABLE)),
                        pod(connected("169.254.1.1/32", ETH0, TABLE))));
    }

    @Override
    public void close() {
        opened.forEach(Kernel::close);
        podNetns.close();
        hostNetns.close();
        pod.close();
        host.close();
    }
}

package io.metaplugins.e2e;

import static io.metaplugins.e2e.Place.GATEWAY;
import static io.metaplugins.e2e.Place.NODE;
import static io.metaplugins.e2e.Place.NODE_PORT;
import static io.metaplugins.e2e.Place.OTHER_NODE;
import static io.metaplugins.e2e.Place.OTHER_NODE_POD;
import static io.metaplugins.e2e.Place.OUTSIDE;
import static io.metaplugins.e2e.Place.POD;
import static io.metaplugins.e2e.Place.SAME_NODE_POD;
import static io.metaplugins.e2e.Place.SERVICE_OF_POD;
import static io.metaplugins.e2e.Place.SERVICE_OTHER_NODE;
import static io.metaplugins.e2e.Place.SERVICE_OUTSIDE;
import static io.metaplugins.e2e.Place.SERVICE_SAME_NODE;

import io.metaplugins.net.IpFamily;
import io.metaplugins.testkit.Shell;
import java.util.List;

/** The router's life with one pod, told on a terminal: before, the plan, ADD, after, CHECK, DEL. */
final class Demo {
    private static final Nic NET1 = Nic.net1().only(IpFamily.IPV4);
    private static final Nic ETH0 = Nic.eth0().only(IpFamily.IPV4);

    private static final List<Flow> FLOWS_OF_ROUTERS_POD =
            List.of(
                    new Flow(POD, SAME_NODE_POD, "eth0", "eth0"),
                    new Flow(POD, OTHER_NODE_POD, "eth0", "eth0"),
                    new Flow(POD, SERVICE_SAME_NODE, "eth0", "eth0"),
                    new Flow(POD, SERVICE_OTHER_NODE, "eth0", "eth0"),
                    new Flow(POD, NODE, "eth0", "eth0"),
                    new Flow(POD, OTHER_NODE, "net1", "net1"),
                    new Flow(POD, GATEWAY, "net1", "net1"),
                    new Flow(POD, OUTSIDE, "net1", "net1"),
                    new Flow(NODE, Place.ETH0, "eth0", "eth0"),
                    new Flow(NODE, Place.NET1, "eth0", "eth0"),
                    new Flow(SAME_NODE_POD, Place.ETH0, "eth0", "eth0"),
                    new Flow(SAME_NODE_POD, Place.NET1, "eth0", "eth0"),
                    new Flow(OTHER_NODE_POD, Place.ETH0, "eth0", "eth0"),
                    new Flow(OTHER_NODE_POD, Place.NET1, "net1", "net1"),
                    new Flow(OTHER_NODE, Place.NET1, "net1", "net1"),
                    new Flow(OUTSIDE, Place.NET1, "net1", "net1"));

    private static final List<Flow> FLOWS_OF_VETHS_POD =
            List.of(
                    new Flow(POD, SAME_NODE_POD, "veth0", "veth0"),
                    new Flow(POD, SERVICE_SAME_NODE, "veth0", "veth0"),
                    new Flow(POD, SERVICE_OTHER_NODE, "veth0", "veth0"),
                    new Flow(POD, SERVICE_OUTSIDE, "veth0", "veth0"),
                    new Flow(POD, NODE, "veth0", "veth0"),
                    new Flow(POD, OTHER_NODE, "eth0", "eth0"),
                    new Flow(POD, GATEWAY, "eth0", "eth0"),
                    new Flow(POD, OUTSIDE, "eth0", "eth0"),
                    new Flow(NODE, Place.ETH0, "veth0", "veth0"),
                    new Flow(SAME_NODE_POD, Place.ETH0, "veth0", "veth0"),
                    new Flow(OTHER_NODE_POD, Place.ETH0, "eth0", "eth0"),
                    new Flow(SAME_NODE_POD, SERVICE_OF_POD, "veth0", "veth0"),
                    new Flow(OTHER_NODE_POD, SERVICE_OF_POD, "eth0", "eth0"),
                    new Flow(OUTSIDE, NODE_PORT, "veth0", "veth0"),
                    new Flow(OTHER_NODE, Place.ETH0, "eth0", "eth0"),
                    new Flow(OUTSIDE, Place.ETH0, "eth0", "eth0"));

    private final PodOfManyNics pod;
    private final Nic nic;
    private final List<Flow> flows;
    private final Terminal terminal;

    private Demo(PodOfManyNics pod, Nic nic, List<Flow> flows, Terminal terminal) {
        this.pod = pod;
        this.nic = nic;
        this.flows = flows;
        this.terminal = terminal;
    }

    public static void main(String[] arguments) {
        run(Terminal.ofThisProcess(List.of(arguments).contains("--colour")));
    }

    /**
     * Shows it all.
     *
     * @throws IllegalStateException if a flow does not go as it must
     */
    static void run(Terminal terminal) {
        terminal.title("A pod on two networks");
        terminal.text(
                """
                Namespaces of this machine's kernel, which vanish at the end. Every packet is real.

                outside            node1 172.18.0.2                        node2 172.18.0.3
                198.51.100.10     ┌──────────────────────────────────┐    ┌──────────────────┐
                   │              │ overlay pod     the pod          │    │ overlay pod      │
                   │              │ eth0            eth0     net1    │    │ eth0             │
                   │              │ 10.244.1.5      10.244.  172.18. │    │ 10.244.2.5       │
                   │              │  │              181.69   24.120  │    │  │               │
                   │              │  │ veth          │ veth   │ mac- │    │  │ veth          │
                gateway           │  └── routing ────┘        │ vlan │    │  └─ routing      │
                172.18.0.1        │         └─ vxlan ─┐       │      │    │       └─ vxlan   │
                   │              └───────────────────┴───────┴──────┘    └───────────┴──────┘
                   │                                  │       │                       │
                ═══╧══════════════════════════════════╧═══════╧═══════════════════════╧═════════
                                     one wire, 172.18.0.0/16 · services 10.244.64.0/18

                The nodes filter the reverse path strictly, and drop what conntrack finds INVALID.
                """);
        try (PodOfManyNics pod = PodOfManyNics.onCalico()) {
            new Demo(pod, NET1, FLOWS_OF_ROUTERS_POD, terminal).show();
        }
        terminal.title("A pod on the underlay alone");
        terminal.text(
                """
                The same nodes, and a pod whose first and only NIC is a macvlan. By itself it reaches neither its own
                node nor a service: veth, chained behind macvlan, ties the two together.

                              ┌──────────────────────────────────┐
                              │ overlay pod     the pod          │
                              │ eth0            veth0    eth0    │
                              │ 10.244.1.5       │       172.18. │
                              │  │               │       24.124  │
                              │  │ veth          │ veth   │ mac- │
                              │  └── routing ────┘        │ vlan │
                              └───────────────────────────┴──────┘
                """);
        try (PodOfManyNics pod = PodOfManyNics.on(new BarePods())) {
            new Demo(pod, ETH0, FLOWS_OF_VETHS_POD, terminal).show();
        }
    }

    private void show() {
        before();
        plan();
        add();
        after();
        checkAndMend();
        delete();
    }

    private void before() {
        terminal.title("1. Before: " + nic.name() + " by macvlan alone");
        pod.addByMacvlanAlone(nic);
        pod.cluster().set(new Setting(1, 1, true));
        command("ip route");
        show(pod.cluster().walkTogether(flows, IpFamily.IPV4));
    }

    private void plan() {
        terminal.title("2. The plan: " + nic.plugin() + " --explain");
        terminal.text(pod.explain(nic.plugin(), nic.attachment()).stdout());
    }

    private void add() {
        terminal.title(
                "3. The chain: macvlan, then " + nic.plugin() + ", as a runtime executes it");
        terminal.text(nic.conflist());
        long start = System.nanoTime();
        terminal.text(pod.runtime().addOnly(nic.plugin(), nic.attachment()).toPrettyString());
        terminal.good(
                "ADD of "
                        + nic.plugin()
                        + " took "
                        + (System.nanoTime() - start) / 1_000_000
                        + " ms");
    }

    private void after() {
        terminal.title("4. After: the pod's rules and tables");
        command("ip rule");
        command("ip route show table 100");
        command("ip route show table 101");
        command("ip route");
        if (pod.inPod("nft list tables").contains("meta-plugins")) {
            command("nft list table inet meta-plugins");
            onNode("nft list table inet meta-plugins");
        }
        List<Flow> walked = pod.walk(flows, IpFamily.IPV4);
        show(walked);
        if (!walked.equals(flows)) {
            throw new IllegalStateException("not all flows go as they must: " + walked);
        }
    }

    private void checkAndMend() {
        terminal.title("5. CHECK, damage, CHECK, ADD again");
        said("CHECK", verb("CHECK"));
        command("ip rule del from " + nic.bareAddress().ipv4());
        said("CHECK", verb("CHECK"));
        said("ADD", verb("ADD"));
        said("CHECK", verb("CHECK"));
    }

    private void delete() {
        terminal.title("6. DEL: nothing left");
        said("DEL", verb("DEL"));
        pod.runtime().delOnly("macvlan", nic.attachment());
        command("ip rule");
        command("ip route");
        onNode("ip route show table 500");
        onNode("nft list table inet meta-plugins");
        onNode("find /run/meta-plugins -name '*.json'");
    }

    private Shell.Output verb(String verb) {
        return pod.runtime().attempt(verb, nic.plugin(), nic.attachment());
    }

    private void said(String verb, Shell.Output output) {
        if (output.succeeded()) {
            terminal.good(verb + ": succeeds");
        } else {
            terminal.bad(verb + ": " + output.stdout().strip());
        }
    }

    private void command(String line) {
        terminal.command("pod", line, pod.inPod(line));
    }

    private void onNode(String line) {
        terminal.command("node1", line, pod.onNode(line + " 2>/dev/null || :"));
    }

    private void show(List<Flow> walked) {
        for (Flow flow : walked) {
            if (flow.answered()) {
                terminal.good(flow.toString());
            } else {
                terminal.bad(flow.toString());
            }
        }
        long answered = walked.stream().filter(Flow::answered).count();
        terminal.text(answered + " of " + walked.size() + " flows work: ping and TCP");
    }
}

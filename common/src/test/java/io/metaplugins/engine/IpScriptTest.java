package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.ETH0;
import static io.metaplugins.engine.Stage.NET1;
import static io.metaplugins.engine.Stage.TABLE;
import static io.metaplugins.engine.Stage.connected;
import static io.metaplugins.engine.Stage.gone;
import static io.metaplugins.engine.Stage.pod;
import static io.metaplugins.engine.Stage.ruleFrom;
import static io.metaplugins.engine.Stage.via;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.testkit.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The script leads where the engine does: both on the real kernel, from the same start. */
class IpScriptTest {
    @TempDir private Path root;

    private static final List<String> NFT_RULES =
            List.of(
                    "nft 'add table inet meta-plugins'",
                    "nft 'add chain inet meta-plugins requests "
                            + Stage.MARKING.chain().definition()
                            + "'",
                    "nft 'add rule inet meta-plugins requests " + Stage.MARKING.definition() + "'",
                    "nft 'add rule inet meta-plugins requests accept comment \"not c0ffee net1\"'");

    /** Names, commands that the pod has run before, and the plan. */
    static List<Arguments> plans() {
        return List.of(
                Arguments.of("all nouns", List.of(), Stage.everything()),
                Arguments.of(
                        "half of it is there",
                        List.of(
                                "ip rule add priority 1002 from 10.244.1.5 lookup 100",
                                "ip route add default via 169.254.1.1 dev eth0 table 100",
                                "ip -6 route append default via fd00:18::1 dev net1",
                                "sysctl -qw net/ipv4/conf/net1/rp_filter=2"),
                        Stage.everything()),
                Arguments.of(
                        "two IPv4 defaults",
                        List.of("ip route prepend default via 172.18.0.1 dev net1"),
                        new Plan(
                                List.of(
                                        pod(via("0.0.0.0/0", "169.254.1.1", ETH0, TableId.MAIN)),
                                        gone(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))))),
                Arguments.of("every option", List.of(), new Plan(options())),
                Arguments.of(
                        "rules of nf_tables to be gone",
                        NFT_RULES,
                        new Plan(List.of(gone(Stage.MARKING)))),
                Arguments.of(
                        "the last rule of nf_tables to be gone",
                        NFT_RULES.subList(0, 3),
                        new Plan(List.of(gone(Stage.MARKING)))),
                Arguments.of(
                        "a rule of nf_tables that was edited",
                        List.of(
                                NFT_RULES.get(0),
                                NFT_RULES.get(1),
                                NFT_RULES.get(2).replace("ct state new", "counter"),
                                NFT_RULES.get(3)),
                        new Plan(List.of(pod(Stage.MARKING)))),
                Arguments.of(
                        "a dot in the name",
                        List.of(),
                        new Plan(
                                List.of(
                                        pod(Sysctl.ipv4(new InterfaceName("far"), "arp_ignore", 1)),
                                        Stage.node(Sysctl.ipv4(Stage.CALI, "arp_announce", 2))))));
    }

    private static List<Statement> options() {
        Rule rule =
                new Rule(
                        IpFamily.IPV4,
                        1500,
                        Cidr.parse("10.1.0.0/16"),
                        Cidr.parse("10.2.0.1/32"),
                        0x10L,
                        0xf0L,
                        ETH0,
                        NET1,
                        new TableId(4_000_000_000L),
                        null);
        return List.of(
                pod(rule),
                pod(Rule.to(Cidr.parse("fd00:64::/112"), 1000, TABLE)),
                pod(route("10.7.0.0/16", "203.0.113.9", 5L, Route.Type.UNICAST)),
                pod(
                        new Route(
                                Cidr.parse("fd00:7::/64"),
                                TABLE,
                                IpAddress.parse("fd00:18::1"),
                                NET1,
                                IpAddress.parse("fd00:18::120"),
                                null,
                                7L,
                                1300,
                                false,
                                null,
                                Route.Type.UNICAST)),
                pod(
                        new Route(
                                Cidr.parse("10.6.0.0/16"),
                                TABLE,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                false,
                                null,
                                Route.Type.BLACKHOLE)),
                pod(
                        new NftRule(
                                NftChain.ours(
                                        "replies", NftChain.Type.ROUTE, NftChain.Hook.OUTPUT, -150),
                                "it's \\ $(reboot) * `reboot` [a-z].*/ ^&",
                                List.of(
                                        new NftRule.OutInterface(new InterfaceName("any*")),
                                        new NftRule.OfDirection(true),
                                        new NftRule.ConnectionMarked(Stage.MARK),
                                        new NftRule.MarkPacket(Stage.MARK)))),
                pod(
                        new Link(
                                NET1, 0, null, Stage.MAC, 1400, true, false, null, null, null, null,
                                null)),
                pod(Neighbour.permanent(ETH0, IpAddress.parse("fd00:e::1"), Stage.MAC)));
    }

    private static Route route(String destination, String via, long metric, Route.Type type) {
        return new Route(
                Cidr.parse(destination),
                TABLE,
                IpAddress.parse(via),
                NET1,
                IpAddress.parse("172.18.24.120"),
                Scope.GLOBAL,
                metric,
                1400,
                true,
                null,
                type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void leadsWhereTheEngineDoes(String name, List<String> before, Plan plan) {
        try (Stage one = new Stage();
                Stage other = new Stage();
                Ledger ledger = new Ledger(root)) {
            before.forEach(command -> one.pod.run("sh", "-c", command));
            before.forEach(command -> other.pod.run("sh", "-c", command));
            AttachmentId id = new AttachmentId("net", "router", "c0ffee", NET1);
            try (Ledger.Entry entry = ledger.open(id, Duration.ofSeconds(20))) {
                new Engine(LogManager.getLogger(IpScriptTest.class), InstantSource.system())
                        .apply(entry, plan, null, one.kernels(), Observation.NONE);
            }

            String script = script(plan, other);
            Shell.Output output = other.host.attempt(script, Map.of(), "sh", "-e");

            assertThat(output.stdout() + output.stderr()).as(script).isEmpty();
            assertThat(output.status()).isZero();
            assertThat(other.look()).as(script).isEqualTo(one.look());
            assertThat(script(plan, other).lines())
                    .filteredOn(line -> !line.isBlank() && !line.startsWith("#"))
                    .singleElement()
                    .asString()
                    .startsWith("pod() {");
        }
    }

    private static String script(Plan plan, Stage stage) {
        Observation seen =
                stage.kernels().read(Questions.about(plan.statements()), Observation.NONE);
        return IpScript.of(plan, seen, stage.pod.path());
    }

    @Test
    void makesAChainOnceAndRemovesItIfItIsEmpty() {
        NftRule other =
                new NftRule(
                        Stage.MARKING.chain(),
                        "other",
                        List.of(new NftRule.MarkPacket(Stage.MARK)));
        Observation seen =
                new Observation(
                        new Snapshot(Map.of(other.query(), List.of(other))), Snapshot.EMPTY);
        Plan plan =
                new Plan(
                        List.of(
                                pod(Stage.MARKING),
                                pod(other),
                                Stage.node(other),
                                Statement.absent(Where.HOST, Stage.MARKING, "it is in the way")));

        assertThat(IpScript.of(plan, seen, Path.of("/run/netns/pod")))
                .isEqualTo(
                        """
                        #!/bin/sh -e

                        ## On the node

                        # the pod wants it on the node
                        # already so: nft 'add rule inet meta-plugins requests meta mark set meta mark & 0xff0fffff | 0x100000 comment "other"'

                        # it is in the way
                        # already so: nft delete rule inet meta-plugins requests handle "$(nft -a list chain inet meta-plugins requests | sed -n 's/.* comment "c0ffee net1" # handle //p')"

                        pod() { nsenter --net=/run/netns/pod -- "$@"; }

                        ## In the pod

                        # the pod wants it
                        pod nft add table inet meta-plugins
                        pod nft 'add chain inet meta-plugins requests { type filter hook prerouting priority -150; }'
                        pod nft 'add rule inet meta-plugins requests iifname "eth0" ct state new ct mark set ct mark & 0xff0fffff | 0x100000 comment "c0ffee net1"'
                        pod nft 'add rule inet meta-plugins requests meta mark set meta mark & 0xff0fffff | 0x100000 comment "other"'
                        """);
    }

    @Test
    void quotesForTheShellAndKeepsEachReasonOnItsLine() {
        InterfaceName name = new InterfaceName("a';reboot;'");
        Plan plan =
                new Plan(
                        List.of(
                                Statement.present(
                                        Where.CONTAINER,
                                        connected("10.7.0.0/16", name, TABLE),
                                        "a reason\nreboot"),
                                pod(ruleFrom("10.7.0.1/32", 1002))));

        assertThat(IpScript.of(plan, Observation.NONE, Path.of("/run/net ns/$(reboot)")))
                .isEqualTo(
                        """
                        #!/bin/sh -e

                        ## On the node: nothing

                        pod() { nsenter --net='/run/net ns/$(reboot)' -- "$@"; }

                        ## In the pod

                        # a reason reboot
                        pod ip route replace 10.7.0.0/16 dev 'a'\\'';reboot;'\\''' table 100 scope link protocol 199

                        # the pod wants it
                        pod ip rule add priority 1002 from 10.7.0.1 lookup 100 protocol 199
                        """);
    }
}

package io.metaplugins.netlink;

import static io.metaplugins.kernel.NftChain.Hook.OUTPUT;
import static io.metaplugins.kernel.NftChain.Hook.POSTROUTING;
import static io.metaplugins.kernel.NftChain.Hook.PREROUTING;
import static io.metaplugins.kernel.NftChain.Type.FILTER;
import static io.metaplugins.kernel.NftChain.Type.NAT;
import static io.metaplugins.kernel.NftChain.Type.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.ConnectionMarked;
import io.metaplugins.kernel.NftRule.DestinationTranslated;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Mark;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.MarkPacket;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.NftRule.OutInterface;
import io.metaplugins.kernel.NftRule.Part;
import io.metaplugins.kernel.NftRule.Unknown;
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What we write is what {@code nft} lists, and what {@code nft} makes is what we read. */
class NftablesTest {
    private static final InterfaceName VETH0 = new InterfaceName("veth0");
    private static final InterfaceName ETH0 = new InterfaceName("eth0");
    private static final Mark MARK = new Mark(0x100000, 0xf00000);

    private static final NftChain IN = NftChain.ours("requests", FILTER, PREROUTING, -149);
    private static final NftChain OUT = NftChain.ours("replies", ROUTE, OUTPUT, -151);
    private static final NftChain SOURCE = NftChain.ours("source", NAT, POSTROUTING, 99);

    private static final NftRule REQUESTS =
            rule(
                    IN,
                    "requests on veth0",
                    new InInterface(VETH0),
                    new NewConnection(),
                    new OfDirection(false),
                    new MarkConnection(MARK));
    private static final NftRule REPLIES =
            rule(
                    OUT,
                    "replies",
                    new OfDirection(true),
                    new ConnectionMarked(MARK),
                    new MarkPacket(MARK));
    private static final NftRule TRANSLATED =
            rule(
                    SOURCE,
                    "pod \u00e4 $(reboot) 'x' \\ *",
                    new InInterface(VETH0),
                    new OutInterface(ETH0),
                    new DestinationTranslated(),
                    new Masquerade(false));
    private static final NftRule RANDOM = rule(SOURCE, "random", new Masquerade(true));

    private static final List<NftRule> ALL = List.of(REQUESTS, REPLIES, TRANSLATED, RANDOM);

    private final Libc libc = JnrLibc.load();
    private TestNetns testNetns;
    private Netns netns;
    private NetlinkKernel kernel;

    @BeforeEach
    void open() {
        testNetns = TestNetns.create("nft");
        netns = Netns.open(libc, testNetns.path());
        kernel = NetlinkKernel.open(libc, netns);
    }

    @AfterEach
    void close() {
        kernel.close();
        netns.close();
        testNetns.close();
    }

    private static NftRule rule(NftChain chain, String name, Part... parts) {
        return new NftRule(chain, name, List.of(parts));
    }

    private String nft(String command) {
        return testNetns.run("nft", command);
    }

    private void write(Act act, NftRule... rules) {
        assertThat(attempt(act, rules)).isEmpty();
    }

    private List<Failure> attempt(Act act, NftRule... rules) {
        return kernel.write(Stream.of(rules).map(rule -> new Change(act, rule)).toList());
    }

    private String refused(Act act, NftRule rule) {
        List<Failure> failures = attempt(act, rule);
        assertThat(failures).hasSize(1);
        return String.valueOf(failures.getFirst().cause().getMessage());
    }

    private List<KernelObject> read() {
        return kernel.read(new Query.NftRules(NftChain.TABLE));
    }

    @Test
    void writesWhatNftLists() {
        write(Act.ADD, REQUESTS, REPLIES, TRANSLATED, RANDOM);

        assertThat(nft("list ruleset"))
                .isEqualTo(
                        """
                        table inet meta-plugins {
                        \tchain requests {
                        \t\ttype filter hook prerouting priority mangle + 1; policy accept;
                        \t\tiifname "veth0" ct state new ct direction original ct mark set ct mark & 0xff1fffff | 0x00100000 comment "requests on veth0"
                        \t}

                        \tchain replies {
                        \t\ttype route hook output priority mangle - 1; policy accept;
                        \t\tct direction reply ct mark & 0x00f00000 == 0x00100000 meta mark set meta mark & 0xff1fffff | 0x00100000 comment "replies"
                        \t}

                        \tchain source {
                        \t\ttype nat hook postrouting priority srcnat - 1; policy accept;
                        \t\tiifname "veth0" oifname "eth0" ct status dnat masquerade comment "pod \u00e4 $(reboot) 'x' \\ *"
                        \t\tmasquerade fully-random comment "random"
                        \t}
                        }
                        """);
        assertThat(read()).isEqualTo(ALL);
    }

    /** The kernel's own copy is the same, byte for byte, but for the numbers that it gives. */
    @Test
    void writesWhatNftWrites() throws Exception {
        List<byte[]> ours = stored(() -> write(Act.ADD, REQUESTS, REPLIES, TRANSLATED, RANDOM));
        nft("flush ruleset");
        List<byte[]> theirs = stored(this::addAllByNft);

        assertThat(ours).hasSize(4).usingRecursiveComparison().isEqualTo(theirs);
        assertThat(read()).isEqualTo(ALL);
    }

    private void addAllByNft() {
        nft("add table inet meta-plugins");
        for (NftRule rule : ALL) {
            nft("add chain " + rule.chain() + " " + rule.chain().definition());
            nft("add rule " + rule.chain() + " " + rule.definition());
        }
    }

    private List<byte[]> stored(Runnable change) {
        change.run();
        NftCodec codec = new NftCodec();
        List<byte[]> found = new ArrayList<>();
        try (NetlinkSocket socket = netns.inside(() -> NetlinkSocket.openNetfilter(libc))) {
            for (Message message : socket.dump(codec.rules(NftChain.TABLE)).messages()) {
                AttributeReader attributes = AttributeReader.of(message, 4);
                while (attributes.next()) {
                    if (attributes.type() == 4) {
                        found.add(attributes.bytes());
                    }
                }
            }
        }
        return found;
    }

    @Test
    void thereAreNoRulesWithoutATable() {
        assertThat(read()).isEmpty();
        nft("add table inet meta-plugins");
        assertThat(read()).isEmpty();
    }

    @Test
    void refusesASecondRuleOfTheName() {
        write(Act.ADD, REQUESTS);
        NftRule other = rule(IN, REQUESTS.name(), new NewConnection(), new MarkConnection(MARK));

        assertThat(refused(Act.ADD, REQUESTS))
                .startsWith("add nft rule inet meta-plugins requests iifname")
                .contains(": EEXIST (there is a rule of that name: handle ");
        assertThat(refused(Act.ADD, other)).contains("EEXIST");
        assertThat(read()).containsExactly(REQUESTS);
    }

    @Test
    void replacesARuleInItsPlace() {
        NftRule second = rule(IN, "second", new NewConnection(), new MarkConnection(MARK));
        write(Act.ADD, REQUESTS, second);
        nft("add rule inet meta-plugins requests counter comment \"requests on veth0\"");
        NftRule other = rule(IN, REQUESTS.name(), new MarkConnection(new Mark(1, 1)));

        write(Act.REPLACE, other);

        assertThat(read()).containsExactly(other, second);
    }

    @Test
    void makesWhatIsToBeReplacedAndIsNotThere() {
        write(Act.REPLACE, REQUESTS);
        assertThat(read()).containsExactly(REQUESTS);
    }

    @Test
    void takesChainAndTableWithTheLastRule() {
        write(Act.ADD, REQUESTS, TRANSLATED, RANDOM);

        write(Act.DELETE, RANDOM);
        assertThat(read()).containsExactly(REQUESTS, TRANSLATED);
        write(Act.DELETE, TRANSLATED);
        assertThat(nft("list chains")).contains("requests").doesNotContain("source");
        write(Act.DELETE, REQUESTS);
        assertThat(nft("list ruleset")).isEmpty();
        assertThat(refused(Act.DELETE, REQUESTS)).contains("ENOENT (there is no such rule)");
    }

    @Test
    void leavesWhatOthersPutIntoOurTable() {
        String[] others = {
            "add rule inet meta-plugins requests counter",
            "add chain inet meta-plugins theirs",
            "add set inet meta-plugins addresses { type ipv4_addr; }"
        };
        for (String other : others) {
            write(Act.ADD, REQUESTS, RANDOM);
            nft(other);
            nft("add table ip theirs");

            write(Act.DELETE, RANDOM, REQUESTS);

            assertThat(read()).noneMatch(ALL::contains);
            String left = nft("list ruleset");
            assertThat(left).as(other).doesNotContain("source").contains("table ip theirs");
            assertThat(left.contains("chain requests")).as(other).isEqualTo(other.contains("rule"));
            assertThat(left).containsAnyOf("counter", "chain theirs", "set addresses");
            nft("flush ruleset");
        }
    }

    @Test
    void leavesARuleOfTheNameThatSomebodyChanged() {
        write(Act.ADD, REQUESTS);
        NftRule edited = rule(IN, REQUESTS.name(), new NewConnection());
        write(Act.REPLACE, edited);

        assertThat(refused(Act.DELETE, REQUESTS)).contains("ENOENT");
        assertThat(read()).containsExactly(edited);
    }

    @Test
    void readsWhatItDoesNotKnow() {
        nft("add table inet meta-plugins");
        nft("add chain inet meta-plugins requests " + IN.definition());
        nft("add chain inet meta-plugins regular");
        nft("add rule inet meta-plugins regular accept");
        nft(
                "add rule inet meta-plugins requests iifname \"veth*\" ip saddr 10.0.0.1 counter ct mark set mark accept");
        nft("add rule inet meta-plugins requests ct state new,established ct mark 7 comment \"x\"");
        nft("add rule inet meta-plugins requests meta mark set meta mark ^ 8 ct direction reply");
        nft("add rule inet meta-plugins requests ct state new iifname \"veth0\" comment \"y\"");

        List<NftRule> rules = read().stream().map(NftRule.class::cast).toList();

        assertThat(rules).hasSize(4).allMatch(rule -> rule.chain().equals(IN));
        assertThat(rules).extracting(NftRule::name).containsExactly("", "x", "", "y");
        assertThat(rules).extracting(NftRule::isKnown).containsExactly(false, false, false, true);
        assertThat(rules.getFirst().parts()).contains(new Unknown("counter"));
        assertThat(rules.get(1).parts())
                .containsOnly(new Unknown("ct"), new Unknown("bitwise"), new Unknown("cmp"));
        assertThat(rules.get(2).parts()).endsWith(new OfDirection(true));
        assertThat(rules.getLast().parts())
                .containsExactly(new NewConnection(), new InInterface(VETH0));
    }

    @Test
    void saysThatAChainIsAnother() {
        for (NftChain other :
                List.of(
                        OUT,
                        NftChain.ours("", FILTER, PREROUTING, 0),
                        NftChain.ours("", FILTER, OUTPUT, -149))) {
            nft("add table inet meta-plugins");
            nft("add chain inet meta-plugins requests " + other.definition());

            assertThat(refused(Act.ADD, REQUESTS))
                    .endsWith("EEXIST (the chain is there: " + other.definition() + ")");
            assertThat(nft("list ruleset")).doesNotContain("comment");
            nft("flush ruleset");
        }
    }

    @Test
    void namesTheErrno() {
        NftChain wrong = NftChain.ours("wrong", ROUTE, PREROUTING, 0);
        assertThat(refused(Act.ADD, rule(wrong, "x", new NewConnection())))
                .contains("wrong", ": EOPNOTSUPP");
        assertThat(refused(Act.ADD, rule(IN, "x", new Masquerade(false)))).contains(": E");
        assertThat(refused(Act.PREPEND, REQUESTS)).contains("EOPNOTSUPP (rules of a chain");
        assertThat(nft("list ruleset")).isEmpty();
    }

    @Test
    void opensNoSocketWithoutNeed() {
        long before = sockets();
        kernel.read(new Query.Links());
        assertThat(sockets()).isEqualTo(before);
        read();
        read();
        assertThat(sockets()).isEqualTo(before + 1);
    }

    private long sockets() {
        return testNetns
                .run("cat", "/proc/net/netlink")
                .lines()
                .filter(l -> l.contains(" 12 "))
                .count();
    }

    /** More than fits into one datagram, so that the kernel may be interrupted while it tells. */
    @Test
    void readsAllRulesWhileOthersWrite() throws Exception {
        StringBuilder script = new StringBuilder("add table inet meta-plugins\n");
        script.append("add chain " + SOURCE + " " + SOURCE.definition() + "\n");
        for (int number = 0; number < 500; number++) {
            NftRule each = rule(SOURCE, "pod " + number, new Masquerade(false));
            script.append("add rule " + each.chain() + " " + each.definition() + "\n");
        }
        assertThat(testNetns.attempt(script.toString(), Map.of(), "nft", "-f", "-").succeeded())
                .isTrue();
        try (Churn _ = Churn.start(testNetns, "nft 'add table ip churn; delete table ip churn'")) {
            for (int round = 0; round < 40; round++) {
                assertThat(read()).hasSize(500).doesNotHaveDuplicates();
                write(Act.ADD, RANDOM);
                write(Act.DELETE, RANDOM);
            }
        }
    }

    @Test
    void manyWriteAtOnceWhileOthersDoToo() throws Exception {
        int writers = 8;
        int rounds = 25;
        try (ExecutorService executor = Executors.newFixedThreadPool(writers);
                Churn _ =
                        Churn.start(
                                testNetns,
                                "nft 'add table ip churn; add chain ip churn c; delete table ip churn'")) {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                NftRule own = rule(SOURCE, "writer " + writer, new Masquerade(false));
                tasks.add(() -> addAndDelete(own, rounds));
            }
            for (Future<String> each : executor.invokeAll(tasks)) {
                assertThat(each.get()).isEmpty();
            }
        }
        assertThat(nft("list tables inet")).isEmpty();
    }

    private String addAndDelete(NftRule own, int rounds) {
        try (NetlinkKernel each = NetlinkKernel.open(libc, netns)) {
            for (int round = 0; round < rounds; round++) {
                for (Act act : List.of(Act.ADD, Act.REPLACE, Act.DELETE)) {
                    List<Failure> failures = each.write(List.of(new Change(act, own)));
                    if (!failures.isEmpty()) {
                        return failures.toString();
                    }
                    boolean there = each.read(own.query()).contains(own);
                    if (there != (act != Act.DELETE)) {
                        return own + " after " + act + ": " + there;
                    }
                }
            }
            return "";
        }
    }

    @Test
    void ofManyWhoAddTheSameOneSucceeds() throws Exception {
        int writers = 8;
        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < 10; round++) {
                List<Callable<List<Failure>>> tasks = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    tasks.add(() -> {
                        try (NetlinkKernel each = NetlinkKernel.open(libc, netns)) {
                            return each.write(List.of(new Change(Act.ADD, RANDOM)));
                        }
                    });
                }
                List<String> errors = new ArrayList<>();
                for (Future<List<Failure>> each : executor.invokeAll(tasks)) {
                    each.get().forEach(failure -> errors.add(failure.cause().errno()));
                }
                assertThat(errors).hasSize(writers - 1).containsOnly("EEXIST");
                assertThat(read()).containsExactly(RANDOM);
                write(Act.DELETE, RANDOM);
            }
        }
    }
}

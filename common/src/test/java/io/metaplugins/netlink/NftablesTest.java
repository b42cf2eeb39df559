package io.metaplugins.netlink;

import static io.metaplugins.kernel.NftChain.Hook.OUTPUT;
import static io.metaplugins.kernel.NftChain.Hook.PREROUTING;
import static io.metaplugins.kernel.NftChain.Type.FILTER;
import static io.metaplugins.kernel.NftChain.Type.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Mark;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.NftRule.Unknown;
import io.metaplugins.kernel.Query;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What we write is what {@code nft} lists, and what {@code nft} makes is what we read. */
class NftablesTest extends NftablesOfNetns {
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
}

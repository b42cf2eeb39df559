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
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The nf_tables of a namespace, anew for each test, and rules for them. */
abstract class NftablesOfNetns {
    static final InterfaceName VETH0 = new InterfaceName("veth0");
    static final InterfaceName ETH0 = new InterfaceName("eth0");
    static final Mark MARK = new Mark(0x100000, 0xf00000);

    static final NftChain IN = NftChain.ours("requests", FILTER, PREROUTING, -149);
    static final NftChain OUT = NftChain.ours("replies", ROUTE, OUTPUT, -151);
    static final NftChain SOURCE = NftChain.ours("source", NAT, POSTROUTING, 99);

    static final NftRule REQUESTS =
            rule(
                    IN,
                    "requests on veth0",
                    new InInterface(VETH0),
                    new NewConnection(),
                    new OfDirection(false),
                    new MarkConnection(MARK));
    static final NftRule REPLIES =
            rule(
                    OUT,
                    "replies",
                    new OfDirection(true),
                    new ConnectionMarked(MARK),
                    new MarkPacket(MARK));
    static final NftRule TRANSLATED =
            rule(
                    SOURCE,
                    "pod \u00e4 $(reboot) 'x' \\ *",
                    new InInterface(VETH0),
                    new OutInterface(ETH0),
                    new DestinationTranslated(),
                    new Masquerade(false));
    static final NftRule RANDOM = rule(SOURCE, "random", new Masquerade(true));

    static final List<NftRule> ALL = List.of(REQUESTS, REPLIES, TRANSLATED, RANDOM);

    final Libc libc = JnrLibc.load();
    TestNetns testNetns;
    Netns netns;
    NetlinkKernel kernel;

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

    static NftRule rule(NftChain chain, String name, Part... parts) {
        return new NftRule(chain, name, List.of(parts));
    }

    String nft(String command) {
        return testNetns.run("nft", command);
    }

    void write(Act act, NftRule... rules) {
        assertThat(attempt(act, rules)).isEmpty();
    }

    List<Failure> attempt(Act act, NftRule... rules) {
        return kernel.write(Stream.of(rules).map(rule -> new Change(act, rule)).toList());
    }

    String refused(Act act, NftRule rule) {
        List<Failure> failures = attempt(act, rule);
        assertThat(failures).hasSize(1);
        return String.valueOf(failures.getFirst().cause().getMessage());
    }

    List<KernelObject> read() {
        return kernel.read(new Query.NftRules(NftChain.TABLE));
    }
}

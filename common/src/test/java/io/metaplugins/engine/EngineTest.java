package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.CALI;
import static io.metaplugins.engine.Stage.ETH0;
import static io.metaplugins.engine.Stage.HOST_TABLE;
import static io.metaplugins.engine.Stage.NET1;
import static io.metaplugins.engine.Stage.TABLE;
import static io.metaplugins.engine.Stage.connected;
import static io.metaplugins.engine.Stage.gone;
import static io.metaplugins.engine.Stage.node;
import static io.metaplugins.engine.Stage.pod;
import static io.metaplugins.engine.Stage.ruleFrom;
import static io.metaplugins.engine.Stage.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Plans carried out, checked and taken back on the real kernel, with {@code ip} as the witness. */
@ExtendWith(HostUnchanged.class)
class EngineTest {
    private static final AttachmentId ID = new AttachmentId("net", "router", "c0ffee", NET1);
    private static final AttachmentId SECOND =
            new AttachmentId("net2", "router", "c0ffee", new InterfaceName("net2"));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path root;
    private Stage stage;
    private Ledger ledger;
    private final Engine engine =
            new Engine(LogManager.getLogger(EngineTest.class), InstantSource.system());

    @BeforeEach
    void open() {
        stage = new Stage();
        ledger = new Ledger(root);
    }

    @AfterEach
    void close() {
        ledger.close();
        stage.close();
    }

    private static Plan plan(Statement... statements) {
        return new Plan(List.of(statements));
    }

    private Receipt apply(Plan plan) {
        return apply(plan, stage.kernels());
    }

    private Receipt apply(Plan plan, Kernels kernels) {
        return apply(ID, plan, kernels);
    }

    private Receipt apply(AttachmentId id, Plan plan, Kernels kernels) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return engine.apply(entry, plan, kernels, Observation.NONE);
        }
    }

    /** As DEL does it. */
    private void release(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            assertThat(engine.revert(entry, entry.read().orElseThrow(), stage.kernels())).isEmpty();
            entry.delete();
        }
    }

    private List<Deviation> check(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return engine.verify(entry, entry.read().orElseThrow(), stage.kernels());
        }
    }

    private Receipt recorded() {
        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            return entry.read().orElseThrow();
        }
    }

    private List<KernelException> revert() {
        return revert(stage.kernels());
    }

    private List<KernelException> revert(Kernels kernels) {
        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            return engine.revert(entry, entry.read().orElseThrow(), kernels);
        }
    }

    private List<String> deviations(Plan plan) {
        return engine.verify(plan, stage.kernels()).stream().map(Deviation::toString).toList();
    }

    @Test
    void makesThePlanTrueAndTakesItBack() {
        String before = stage.look();

        apply(Stage.everything());

        assertThat(deviations(Stage.everything())).isEmpty();
        assertThat(stage.podIp("route show table main default"))
                .isEqualTo("default via 172.18.0.1 dev net1 proto 199 \n");
        assertThat(stage.podIp("-6 route show table main default"))
                .isEqualTo("default via fd00:18::1 dev net1 proto 199 metric 1024 pref medium\n");
        assertThat(stage.hostIp("rule show priority 1000"))
                .isEqualTo("1000:\tfrom all lookup 500 proto 199\n");

        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void doesNothingTheSecondTime() {
        Receipt first = apply(Stage.everything());
        String after = stage.look();
        AtomicInteger writes = new AtomicInteger();

        Receipt second =
                apply(
                        Stage.everything(),
                        stage.kernels(kernel -> new Fault(kernel, writes, Fault.What.REFUSED)));

        assertThat(writes).hasValue(0);
        assertThat(second).isEqualTo(first).isEqualTo(recorded());
        assertThat(stage.look()).isEqualTo(after);
        assertThat(revert()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.What.class,
            names = {"REFUSED", "UNANSWERED"})
    void leavesAllAsItWasWhicheverChangeFails(Fault.What what) {
        stage.hostIp("rule add priority 1000 from all lookup 500");
        String before = stage.look();
        int count = 0;
        while (true) {
            AtomicInteger countdown = new AtomicInteger(count);
            Kernels kernels = stage.kernels(kernel -> new Fault(kernel, countdown, what));
            Throwable thrown = catchThrowable(() -> apply(Stage.everything(), kernels));
            if (thrown == null) {
                break;
            }
            assertThat(thrown)
                    .isInstanceOf(KernelException.class)
                    .hasNoSuppressedExceptions()
                    .message()
                    .containsAnyOf(
                            "EPERM (injected) in host (",
                            "EPERM (injected) in container (",
                            "ENOBUFS");
            assertThat(stage.look()).as("after change %d failed", count).isEqualTo(before);
            assertThat(root.toFile().list()).containsExactly(".lock");
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(20);
        assertThat(deviations(Stage.everything())).isEmpty();
    }

    @Test
    void findsWhatAKilledProcessHadDone() {
        String before = stage.look();
        for (int count = 0; ; count++) {
            AtomicInteger countdown = new AtomicInteger(count);
            Kernels kernels =
                    stage.kernels(kernel -> new Fault(kernel, countdown, Fault.What.KILLED));
            Throwable thrown = catchThrowable(() -> apply(Stage.everything(), kernels));
            assertThat(revert()).isEmpty();
            stage.host.run("sh", "-c", "ip rule del priority 1000 2>/dev/null; true");
            assertThat(stage.look()).as("after change %d", count).isEqualTo(before);
            if (thrown == null) {
                break;
            }
            assertThat(thrown).isInstanceOf(Fault.Killed.class);
            try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
                entry.delete();
            }
        }
    }

    @Test
    void keepsWhatAllPodsShareThoughTheAddFails() {
        Plan plan = plan(Stage.SHARED, pod(via("10.7.0.0/16", "203.0.113.1", NET1, TABLE)));

        assertThatThrownBy(() -> apply(plan))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "add route 10.7.0.0/16 via 203.0.113.1 dev net1 table 100: ENETUNREACH"
                                + " (kernel: Nexthop has invalid gateway) in container (the pod wants it)");

        assertThat(stage.hostIp("rule show priority 1000")).contains("lookup 500");
    }

    @Test
    void namesTheFirstRefusalAndAttachesTheOthers() {
        Plan plan =
                plan(
                        pod(via("10.7.0.0/16", "203.0.113.1", NET1, TABLE)),
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.8.0.0/16", new InterfaceName("net9"), TABLE)));

        KernelException refused = catchThrowableOfType(KernelException.class, () -> apply(plan));

        assertThat(refused).hasMessageContaining("10.7.0.0/16");
        assertThat(refused.getSuppressed())
                .extracting(Throwable::getMessage)
                .singleElement()
                .asString()
                .contains("10.8.0.0/16", "ENODEV", "in container");
        assertThat(stage.podIp("rule show priority 1002")).isEmpty();
    }

    @Test
    void refusesToReplaceWhatCouldNotBePutBack() {
        stage.podIp(
                "route add 10.7.0.0/16 table 100"
                        + " nexthop via 172.18.0.1 dev net1 nexthop via 172.18.0.2 dev net1");

        assertThatThrownBy(() -> apply(plan(pod(via("10.7.0.0/16", "172.18.0.1", NET1, TABLE)))))
                .hasMessageContaining("could not be put back");

        assertThat(stage.podIp("route show table 100")).contains("nexthop via 172.18.0.2");
    }

    @Test
    void keepsTheFirstBeforeImageOverManyAdds() {
        Plan plan = plan(node(Sysctl.ipv4(CALI, "rp_filter", 2)));
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=1");
        apply(plan);
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");

        apply(plan);
        assertThat(deviations(plan)).isEmpty();

        assertThat(revert()).isEmpty();
        assertThat(stage.host.run("sysctl", "-n", "net/ipv4/conf/cali.7/rp_filter"))
                .isEqualTo("1\n");
    }

    @Test
    void repairsOnlyWhatIsBrokenWhenAddedAgain() {
        String before = stage.look();
        apply(Stage.everything());
        stage.podIp("rule del priority 1002");
        stage.podIp("route replace default via 172.18.0.9 dev net1");

        apply(Stage.everything());

        assertThat(deviations(Stage.everything())).isEmpty();
        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void undoesWhatAChangedConfigurationNoLongerWishes() {
        String before = stage.look();
        apply(
                plan(
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.7.0.0/16", NET1, TABLE)),
                        gone(via("::/0", "fd00:e::1", ETH0, TableId.MAIN))));

        Plan plan =
                plan(
                        pod(ruleFrom("10.244.1.5/32", 1002)),
                        pod(connected("10.8.0.0/16", NET1, TABLE)));
        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("route show table 100"))
                .isEqualTo("10.8.0.0/16 dev net1 proto 199 scope link \n");
        assertThat(stage.podIp("-6 route show default")).contains("fd00:e::1");
        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void returnsToTheOldConfigurationIfTheNewOneIsRefused() {
        apply(plan(pod(connected("10.7.0.0/16", NET1, TABLE))));
        Receipt old = recorded();
        String before = stage.look();

        assertThatThrownBy(() ->
                        apply(
                                plan(
                                        pod(connected("10.8.0.0/16", NET1, TABLE)),
                                        pod(via("10.9.0.0/16", "203.0.113.1", NET1, TABLE)))))
                .hasMessageContaining("ENETUNREACH");

        assertThat(stage.look()).isEqualTo(before);
        assertThat(recorded()).isEqualTo(old);
    }

    @Test
    void putsAnIpv4DefaultBackWhereItStood() {
        stage.podIp("route prepend default via 172.18.0.1 dev net1");
        String before = stage.look();

        apply(plan(gone(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))));
        assertThat(stage.podIp("route show default")).doesNotContain("net1");

        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void leavesAloneWhatOthersMadeSince() {
        apply(
                plan(
                        node(Sysctl.ipv4(CALI, "rp_filter", 2)),
                        pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN)),
                        pod(connected("10.7.0.0/16", NET1, TABLE))));
        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");
        stage.podIp("route replace default via 172.18.0.9 dev net1");
        stage.podIp("route replace 10.7.0.0/16 via 172.18.0.9 dev net1 table 100");
        String others = stage.look();

        assertThat(revert()).isEmpty();

        assertThat(stage.look()).isEqualTo(others);
    }

    @Test
    void doesNotTouchAStrangersRouteThatCameBeforeOurs() {
        apply(plan(pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))));
        stage.podIp("route prepend default via 172.18.0.9 dev net1");

        assertThat(revert()).isEmpty();

        assertThat(stage.podIp("route show default"))
                .isEqualTo("default via 172.18.0.9 dev net1 \ndefault via 169.254.1.1 dev eth0 \n");
    }

    @Test
    void changesOneHopOfAnIpv6DefaultAndKeepsTheOther() {
        stage.podIp("-6 route append default via fd00:18::1 dev net1");
        String before = stage.look();
        Plan plan = plan(pod(via("::/0", "fd00:18::1", NET1, TableId.MAIN).withOnlink(true)));

        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("-6 route show default"))
                .contains("via fd00:e::1 dev eth0", "via fd00:18::1 dev net1 weight 1 onlink");
        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void looksAgainAfterAChangeThatMovesOtherThings() {
        Cidr connected = Cidr.parse("192.0.2.0/24");
        Plan plan =
                plan(
                        pod(new Address(NET1, Cidr.parse("192.0.2.7/24"), null, null, false)),
                        gone(
                                connected("192.0.2.0/24", NET1, TableId.MAIN)
                                        .withSource(IpAddress.parse("192.0.2.7"))));

        apply(plan);

        assertThat(deviations(plan)).isEmpty();
        assertThat(stage.podIp("route show exact " + connected)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    link set net1 address 02:00:00:00:00:cc | differs: link net1 address 02:00:00:00:00:aa in container (the pod wants it), found link net1 address 02:00:00:00:00:cc mtu 1500 txqueuelen 500 up
                    rule del priority 1002 | missing: rule from 10.244.1.5 priority 1002 lookup 100 in container (the pod wants it)
                    -6 rule del priority 1002 | missing: rule from fd00:e::5 priority 1002 lookup 100 in container (the pod wants it)
                    addr del 169.254.77.1/32 dev net1 | missing: addr 169.254.77.1/32 dev net1 in container (the pod wants it)
                    route del 169.254.1.1 table 100 | missing: route 169.254.1.1/32 dev eth0 table 100 scope link in container (the pod wants it)
                    -6 route del default table 100 | missing: route default via fd00:e::1 dev eth0 table 100 in container (the pod wants it)
                    route replace default via 172.18.0.9 dev net1 | differs: route default via 172.18.0.1 dev net1 table main in container (the pod wants it), found route default via 172.18.0.9 dev net1 table main
                    neigh del 169.254.1.1 dev eth0 | missing: neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:bb nud permanent in container (the pod wants it)
                    neigh replace 169.254.1.1 lladdr 02:00:00:00:00:03 dev eth0 nud permanent | differs: neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:bb nud permanent in container (the pod wants it), found neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:03 nud permanent
                    rule add priority 3000 from 10.0.0.0/8 lookup 77 | present but should be gone: rule from 10.0.0.0/8 priority 3000 lookup 77 in container (it is in the way)
                    -6 route append default via fd00:e::1 dev eth0 | present but should be gone: route default via fd00:e::1 dev eth0 table main in container (it is in the way)
                    """)
    void namesWhatIsBroken(String command, String deviation) {
        apply(Stage.everything());

        stage.podIp(command);

        assertThat(deviations(recorded().plan())).containsExactly(deviation);
    }

    @Test
    void namesABrokenSetting() {
        apply(Stage.everything());

        stage.host.run("sysctl", "-qw", "net/ipv4/conf/cali.7/rp_filter=0");

        assertThat(deviations(recorded().plan()))
                .containsExactly(
                        "differs: sysctl net/ipv4/conf/cali.7/rp_filter=2 in host (the pod wants it"
                                + " on the node), found sysctl net/ipv4/conf/cali.7/rp_filter=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    nft flush ruleset; missing: RULE in container (the pod wants it)
                    nft flush table inet meta-plugins; missing: RULE in container (the pod wants it)
                    nft delete rule inet meta-plugins requests handle 2; missing: RULE in container (the pod wants it)
                    nft replace rule inet meta-plugins requests handle 2 ct state new counter comment '"c0ffee net1"'; differs: RULE in container (the pod wants it), found nft rule inet meta-plugins requests ct state new [ counter ] comment "c0ffee net1"
                    nft replace rule inet meta-plugins requests handle 2 iifname eth0 ct state new; missing: RULE in container (the pod wants it)
                    """)
    void namesAndRepairsABrokenPacketFilter(String command, String deviation) {
        String before = stage.look();
        apply(Stage.everything());

        stage.pod.run("sh", "-c", command);

        assertThat(deviations(recorded().plan()))
                .containsExactly(deviation.replace("RULE", Stage.MARKING.toString()));
        apply(Stage.everything());
        assertThat(deviations(recorded().plan())).isEmpty();
        assertThat(revert()).isEmpty();
        stage.hostIp("rule del priority 1000");
        stage.pod.run("nft", "flush ruleset");
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void removesARuleThatIsInTheWayAndPutsItBack() {
        apply(plan(pod(Stage.MARKING)));
        String before = stage.look();

        apply(SECOND, plan(gone(Stage.MARKING)), stage.kernels());

        assertThat(stage.pod.run("nft", "list", "ruleset")).isEmpty();
        try (Ledger.Entry entry = ledger.open(SECOND, PATIENCE)) {
            assertThat(engine.revert(entry, entry.read().orElseThrow(), stage.kernels())).isEmpty();
        }
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void leavesThePacketFiltersOfOthers() {
        for (String command :
                List.of(
                        "add table ip theirs",
                        "add chain ip theirs c { type nat hook postrouting priority 100; }",
                        "add rule ip theirs c masquerade",
                        "add table inet meta-plugins",
                        "add chain inet meta-plugins source "
                                + Stage.MASQUERADE.chain().definition(),
                        "add rule inet meta-plugins source counter")) {
            stage.host.run("nft", command);
        }
        String before = stage.look();

        apply(plan(node(Stage.MASQUERADE)));
        assertThat(revert()).isEmpty();

        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void revertsAgainWhenNothingIsLeft() {
        apply(Stage.everything());
        assertThat(revert()).isEmpty();
        String after = stage.look();

        assertThat(revert()).isEmpty();

        assertThat(stage.look()).isEqualTo(after);
    }

    @Test
    void cleansTheNodeWhenThePodsNamespaceIsGone() {
        String host = stage.hostIp("route show table all");
        apply(Stage.everything());
        Kernels kernels = new Kernels(stage.hostKernel, null);

        assertThat(revert(kernels)).isEmpty();

        assertThat(stage.hostIp("route show table all")).isEqualTo(host);
        assertThat(stage.hostIp("neigh show nud permanent")).isEmpty();
        assertThat(stage.podIp("rule show priority 1002")).isNotEmpty();
    }

    @Test
    void touchesNoOtherNamespaceThatCameToThePath() {
        apply(Stage.everything());
        // The pair goes from its other end.
        String pod = stage.podIp("route show table all dev net1");
        Kernels other =
                new Kernels(
                        stage.hostKernel,
                        new Kernels.Container(
                                new Namespace(stage.pod.path().toString(), 1), stage.podKernel));

        assertThat(revert(other)).isEmpty();

        assertThat(stage.podIp("route show table all dev net1")).isEqualTo(pod);
    }

    @Test
    void takesForDoneWhatWentWithItsInterface() {
        apply(Stage.everything());
        stage.podIp("link del net1");
        stage.podIp("link del eth0");

        assertThat(revert()).isEmpty();

        assertThat(stage.podIp("rule show priority 1002")).isEmpty();
    }

    @Test
    void leavesWhatOthersHadMadeBefore() {
        stage.podIp("rule add priority 1002 from 10.244.1.5 lookup 100");
        String before = stage.look();

        Receipt receipt = apply(plan(pod(ruleFrom("10.244.1.5/32", 1002))));

        assertThat(receipt.effects()).isEmpty();
        assertThat(revert()).isEmpty();
        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void restoresNoNeighbourThatTheKernelHadLearnt() {
        stage.podIp("neigh add 172.18.0.9 lladdr 02:00:00:00:00:09 dev net1 nud reachable");

        apply(plan(pod(Neighbour.permanent(NET1, IpAddress.parse("172.18.0.9"), Stage.MAC))));
        assertThat(revert()).isEmpty();

        assertThat(stage.podIp("neigh show dev net1")).doesNotContain("172.18.0.9");
    }

    @Test
    void leavesToTheOtherNicOfAPodWhatItWishesForToo() {
        String before = stage.look();
        Statement both = pod(ruleFrom("10.244.1.5/32", 1002));
        apply(plan(both, pod(connected("10.7.0.0/16", NET1, TABLE))));
        apply(SECOND, plan(both, pod(connected("10.8.0.0/16", NET1, TABLE))), stage.kernels());

        release(ID);

        assertThat(check(SECOND)).isEmpty();
        assertThat(stage.podIp("route show table 100")).doesNotContain("10.7.0.0");
        release(SECOND);
        assertThat(stage.look()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void goesBackToTheFirstDefaultWhicheverNicGoesFirst(boolean inOrder) {
        String before = stage.look();
        apply(plan(pod(via("0.0.0.0/0", "172.18.0.1", NET1, TableId.MAIN))));
        Plan second = plan(pod(via("0.0.0.0/0", "172.18.0.2", NET1, TableId.MAIN)));
        apply(SECOND, second, stage.kernels());
        assertThat(check(ID)).isEmpty();
        assertThat(check(SECOND)).isEmpty();

        release(inOrder ? ID : SECOND);
        assertThat(check(inOrder ? SECOND : ID)).isEmpty();
        release(inOrder ? SECOND : ID);

        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void forgetsWhatALaterNicOfThePodRemoved() {
        String before = stage.look();
        Rule rule = ruleFrom("10.244.1.5/32", 1002);
        apply(plan(pod(rule)));
        apply(SECOND, plan(gone(rule)), stage.kernels());

        release(ID);
        release(SECOND);

        assertThat(stage.look()).isEqualTo(before);
    }

    @Test
    void letsManyPodsMakeWhatTheyShareAtOnce() throws Exception {
        int pods = 8;
        CyclicBarrier together = new CyclicBarrier(pods);
        try (var threads = Executors.newFixedThreadPool(pods)) {
            List<Callable<Receipt>> adds = new ArrayList<>();
            for (int number = 0; number < pods; number++) {
                adds.add(add(number, together));
            }
            for (Future<Receipt> add : threads.invokeAll(adds)) {
                assertThat(add.get().plan().statements()).hasSize(5);
            }
        }
        assertThat(stage.hostIp("rule show priority 1000")).hasLineCount(1);
        assertThat(stage.hostIp("-6 rule show priority 1000")).hasLineCount(1);
        assertThat(stage.hostIp("route show table 500")).hasLineCount(pods);
        assertThat(stage.host.run("nft", "list", "table", "inet", "meta-plugins").lines())
                .filteredOn(line -> line.contains("comment"))
                .hasSize(pods + 1);
        assertThat(ledger.list("net", "router").receipts()).hasSize(pods);
    }

    private Callable<Receipt> add(int number, CyclicBarrier together) {
        AttachmentId id = new AttachmentId("net", "router", "pod" + number, NET1);
        Plan plan =
                plan(
                        Stage.SHARED,
                        Statement.node(Rule.all(IpFamily.IPV6, 1000, HOST_TABLE), "shared"),
                        Statement.node(Stage.MASQUERADE, "shared"),
                        node(
                                new NftRule(
                                        Stage.MASQUERADE.chain(),
                                        "pod" + number,
                                        Stage.MASQUERADE.parts())),
                        node(connected("10.7.0." + number + "/32", CALI, HOST_TABLE)));
        return () -> {
            Kernels own = new Kernels(stage.openHost(), null);
            Kernels waiting = new Kernels(new Rendezvous(own.host(), together), null);
            try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
                return engine.apply(entry, plan, waiting, Observation.NONE);
            } finally {
                own.host().close();
            }
        };
    }
}

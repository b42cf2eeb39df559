package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.CALI;
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

import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans taken back, in whatever state the kernel is by then, and whoever else is there. */
class EngineRevertTest extends EngineOnStage {
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
        Kernels kernels = new Kernels(stage.hostKernel(), null);

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
                        stage.hostKernel(),
                        new Kernels.Container(
                                new Namespace(stage.pod.path().toString(), 1), stage.podKernel()));

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
                return engine.apply(entry, plan, ORIGIN, waiting, Observation.NONE);
            } finally {
                own.host().close();
            }
        };
    }
}

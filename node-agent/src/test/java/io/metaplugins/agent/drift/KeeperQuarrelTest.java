package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.NEVER;
import static io.metaplugins.agent.drift.Tended.await;
import static io.metaplugins.agent.drift.Tended.repaired;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.drift.Tally.Kind;
import io.metaplugins.agent.drift.Tally.Outcome;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is told of changes, and what is done about those that come again and again. */
@ExtendWith(HostUnchanged.class)
class KeeperQuarrelTest {
    @TempDir Path root;
    private Tended tended;
    private Tended.Pod pod;

    @BeforeEach
    void open() {
        tended = new Tended(root);
        pod = tended.new Pod(5);
        pod.attach();
    }

    @AfterEach
    void close() {
        tended.close();
        pod.close();
    }

    private static long count(Keeper keeper, Kind kind) {
        return keeper.tally().changes().getOrDefault(kind, 0L);
    }

    @Test
    void tellsWhatWasAndWhatIsAgain() {
        Keeper keeper = tended.keep();

        pod.ip("neigh replace 169.254.1.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent");

        await(() -> !keeper.tally().changes().isEmpty());
        await(() -> tended.logged("put right").size() == 1);
        assertThat(tended.logged("put right").getFirst())
                .contains(
                        "router of pod5 net1 in net: put right what was differs:"
                                + " neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:aa"
                                + " nud permanent in container (the pod wants it), found"
                                + " neigh 169.254.1.1 dev eth0 lladdr 02:00:00:00:00:01");
    }

    @Test
    void onlyTellsIfItIsToldTo() {
        Keeper keeper = tended.keep(new KeeperSettings(RepairMode.LOG, NEVER, NEVER));
        Kind route = new Kind("router", "route", Outcome.LOGGED);
        Kind rule = new Kind("router", "rule", Outcome.LOGGED);

        pod.ip("route del 10.0.0.0/8 table 100");
        await(() -> keeper.tally().changes().equals(Map.of(route, 1L)));
        pod.ip("rule del priority 1002");
        await(() -> keeper.tally().changes().equals(Map.of(route, 1L, rule, 1L)));

        assertThat(tended.logged("missing: route 10.0.0.0/8")).hasSize(1);
        assertThat(tended.logged("missing: rule from 10.244.1.5")).hasSize(1);
        assertThat(pod.ip("rule show priority 1002")).isEmpty();
        pod.ip("rule add from 10.244.1.5 priority 1002 lookup 100");
        pod.ip("route add 10.0.0.0/8 dev eth0 table 100 scope link");
        pod.ip("neigh del 169.254.1.1 dev eth0");
        await(() -> keeper.tally().changes().size() == 3);
        pod.ip("rule del priority 1002");
        await(() -> count(keeper, rule) == 2);
    }

    @Test
    void givesWayToAnotherOwnerAndSaysSoOnce() throws IOException {
        Keeper keeper = tended.keep();
        String theirs =
                "while :; do"
                        + " ip route replace 10.0.0.0/8 dev net1 scope link table 100 proto 42;"
                        + " done";
        List<String> command = pod.netns.inside("sh", "-c", theirs);
        Process other = new ProcessBuilder(command).inheritIO().start();
        try {
            await(() -> keeper.tally().quarrels() == 1);
            long repairs = count(keeper, repaired("route"));
            assertThat(repairs).isGreaterThan(Quarrels.TOLERATED);
            pod.ip("rule del priority 1002");
            await(() -> keeper.tally().changes().containsKey(repaired("rule")));
            await(() -> count(keeper, repaired("route")) > repairs);
        } finally {
            other.destroyForcibly().onExit().join();
        }
        assertThat(tended.logged("ever more seldom"))
                .singleElement()
                .asString()
                .contains(
                        "route 10.0.0.0/8 dev eth0 table 100",
                        "in container",
                        "last to route 10.0.0.0/8 dev net1 table 100",
                        "of protocol 42");
        assertThat(tended.logged("put right what was")).hasSize(Quarrels.TOLERATED + 2);
        assertThat(keeper.tally().fullPasses()).isEqualTo(1);
        await(() -> pod.ip("route show table 100").contains("10.0.0.0/8 dev eth0"));
        assertThat(keeper.tally().quarrels()).isEqualTo(1);
    }
}

package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.NEVER;
import static io.metaplugins.agent.drift.Tended.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pods that end without a word. */
@ExtendWith(HostUnchanged.class)
class KeeperGravesTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    @TempDir Path root;
    private Tended tended;
    private Tended.Pod other;

    @BeforeEach
    void open() {
        tended = new Tended(root);
        other = tended.new Pod(6);
        other.attach();
    }

    @AfterEach
    void close() {
        tended.close();
        other.close();
    }

    private static KeeperSettings settings(Duration fullPass, Duration grace) {
        return new KeeperSettings(RepairMode.ON, fullPass, grace);
    }

    private String ofPod5() {
        return tended.hostIp("route show table 500 203.0.113.5")
                + tended.host.run("sh", "-c", "nft list ruleset | grep pod5 || true");
    }

    /** Held by the keeper, the namespace would keep its end of the veth, and so the node's. */
    @Test
    void holdsNoPodAndTakesApartWhatBelongedToIt() {
        try (Tended.Pod pod = tended.new Pod(5)) {
            pod.attach();
            Keeper keeper = tended.keep(settings(NEVER, MOMENT));
            assertThat(ofPod5()).contains("203.0.113.5", "pod5");

            pod.end();

            await(() -> keeper.tally().collected() == 1);
            await(() -> !tended.hostIp("-o link").contains("cali5"));
            assertThat(ofPod5()).isEmpty();
            assertThat(tended.ledger.find(pod.id())).isEmpty();
            assertThat(tended.ledger.find(other.id())).isPresent();
            assertThat(tended.logged("collecting router of pod5 net1 in net")).hasSize(1);
            assertThat(keeper.tally().fullPasses()).isEqualTo(1);
        }
    }

    @Test
    void findsWhoEndedBeforeItCame() {
        try (Tended.Pod pod = tended.new Pod(5)) {
            pod.attach();
            pod.end();
            await(() -> !tended.hostIp("-o link").contains("cali5"));

            Keeper keeper = tended.keep(settings(NEVER, MOMENT));

            await(() -> keeper.tally().collected() == 1);
            assertThat(ofPod5()).isEmpty();
        }
    }

    @Test
    void leavesTheRuntimeTime() {
        try (Tended.Pod pod = tended.new Pod(5)) {
            pod.attach();
            Keeper keeper = tended.keep(settings(MOMENT, NEVER));

            pod.end();
            await(() -> !tended.hostIp("-o link").contains("cali5"));
            long passes = keeper.tally().fullPasses();
            await(() -> keeper.tally().fullPasses() > passes + 3);

            assertThat(keeper.tally().collected()).isZero();
            assertThat(tended.ledger.find(pod.id())).isPresent();
        }
    }

    @Test
    void isNotDeceivedByAnotherNamespaceAtThePath() {
        try (Tended.Pod pod = tended.new Pod(5)) {
            pod.attach();
            Keeper keeper = tended.keep(settings(NEVER, MOMENT));

            pod.end();
            Shell.run("ip", "netns", "add", pod.netns.name());
            try {
                await(() -> keeper.tally().collected() == 1);
            } finally {
                Shell.run("ip", "netns", "delete", pod.netns.name());
            }
            assertThat(ofPod5()).isEmpty();
        }
    }

    /** As for an agent in a container that does not see where runtimes put namespaces. */
    @Test
    void leavesAPodThatLivesThoughItsPathIsNotToBeSeen() throws IOException {
        try (Tended.Pod pod = tended.new Pod(5)) {
            pod.attach();
            Process inside = new ProcessBuilder(pod.netns.inside("cat")).start();
            try {
                await(() -> inside.info().command().orElse("").endsWith("cat"));
                Keeper keeper = tended.keep(settings(MOMENT, Duration.ZERO));
                pod.end();
                long passes = keeper.tally().fullPasses();
                await(() -> keeper.tally().fullPasses() > passes + 3);
                assertThat(keeper.tally().collected()).isZero();
                inside.destroyForcibly().onExit().join();
                await(() -> keeper.tally().collected() == 1);
            } finally {
                inside.destroyForcibly().onExit().join();
            }
            assertThat(ofPod5()).isEmpty();
        }
    }
}

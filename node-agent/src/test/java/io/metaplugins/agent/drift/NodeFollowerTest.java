package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.NEVER;
import static io.metaplugins.agent.drift.Tended.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plugin.Renewal;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Running pods are planned anew for a node that has other addresses. */
@ExtendWith(HostUnchanged.class)
class NodeFollowerTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    @TempDir Path root;
    private final AtomicLong clock = new AtomicLong(1);
    private final Beginnings beginnings = new Beginnings(clock::incrementAndGet);
    private final List<AttachmentId> planned = new ArrayList<>();
    private final List<AttachmentId> failing = new ArrayList<>();
    private Tended tended;
    private Tended.Pod first;
    private Tended.Pod second;
    private Tended.Pod third;

    @BeforeEach
    void open() {
        tended = new Tended(root);
        first = tended.new Pod(5);
        second = tended.new Pod(6);
        third = tended.new Pod(7);
    }

    @AfterEach
    void close() {
        tended.close();
        first.close();
        second.close();
        third.close();
    }

    private Optional<Renewal> plan(Receipt receipt, boolean changes, Duration patience) {
        planned.add(receipt.id());
        if (failing.contains(receipt.id())) {
            throw new IllegalStateException("no plan for " + receipt.id());
        }
        return Optional.empty();
    }

    private NodeFollower follower(Roster roster) {
        return tended.follower(roster, this::plan, beginnings, clock::incrementAndGet);
    }

    private void later(Duration time) {
        long _ = clock.addAndGet(time.toNanos());
    }

    @Test
    void plansAllAnewWhenAnAddressComesOrGoes() {
        first.attach();
        second.attach();
        Keeper keeper = tended.keep();
        await(() -> tended.renewed.size() == 2);
        assertThat(tended.renewed).containsExactly(first.id(), second.id());
        tended.renewed.clear();

        tended.hostIp("addr add 10.5.0.1/32 dev cali5");
        tended.hostIp("addr add 192.0.2.2/24 dev up0");
        await(() -> tended.renewed.size() == 2);
        tended.hostIp("addr del 192.0.2.2/24 dev up0");
        await(() -> tended.renewed.size() == 4);
        tended.hostIp("addr add fd00::2/64 dev up0 nodad");
        await(() -> tended.renewed.size() == 6);

        assertThat(new ArrayList<>(tended.renewed))
                .containsExactly(
                        first.id(), second.id(), first.id(), second.id(), first.id(), second.id());
        assertThat(tended.logged("the node's addresses are")).hasSize(3);
        assertThat(keeper.tally().fullPasses()).isEqualTo(1);
    }

    @Test
    void oneThatCannotBePlannedKeepsNoOtherFromItAndIsTriedAgain() {
        first.attach();
        second.attach();
        third.attach();
        Roster roster = new Roster(tended.attachments());
        Roster.News _ = roster.refresh();
        NodeFollower follower = follower(roster);
        failing.add(second.id());

        follower.look();
        follower.work(RepairMode.ON);
        assertThat(planned).containsExactly(first.id(), second.id(), third.id());
        planned.clear();
        follower.work(RepairMode.ON);
        assertThat(planned).isEmpty();
        assertThat(follower.next(RepairMode.ON)).isGreaterThan(clock.get());

        later(Duration.ofSeconds(1));
        follower.work(RepairMode.ON);
        assertThat(planned).containsExactly(second.id());
        failing.clear();
        later(Duration.ofMinutes(1));
        follower.work(RepairMode.ON);
        later(Duration.ofHours(1));
        follower.work(RepairMode.ON);
        assertThat(planned).containsExactly(second.id(), second.id());
        assertThat(follower.next(RepairMode.ON)).isEqualTo(Long.MAX_VALUE);
    }

    /** What this process plans, it plans with what is known; of others nobody can say. */
    @Test
    void plansOnceMoreWhatMayHaveBeenPlannedForTheNodeAsItWas() {
        Roster roster = new Roster(tended.attachments());
        NodeFollower follower = follower(roster);
        beginnings.note(first.id().containerId());
        follower.look();
        beginnings.note(second.id().containerId());

        first.attach();
        second.attach();
        third.attach();
        follower.take(roster.refresh());
        follower.work(RepairMode.ON);
        assertThat(planned).containsExactly(first.id(), third.id());

        later(NodeFollower.LONGEST_ADD);
        third.attach();
        follower.take(roster.refresh());
        follower.work(RepairMode.ON);
        assertThat(planned).hasSize(2);
    }

    @Test
    void doesItWhenItIsToldToIfItWasToldNotTo() {
        first.attach();
        Roster roster = new Roster(tended.attachments());
        Roster.News _ = roster.refresh();
        NodeFollower follower = follower(roster);

        follower.look();
        follower.work(RepairMode.OFF);
        assertThat(planned).isEmpty();
        assertThat(follower.next(RepairMode.OFF)).isEqualTo(Long.MAX_VALUE);
        follower.work(RepairMode.ON);
        assertThat(planned).containsExactly(first.id());
    }

    @Test
    void changesNothingIfItIsOnlyToTell() {
        first.attach();
        Keeper keeper = tended.keep(new KeeperSettings(RepairMode.LOG, NEVER, NEVER));

        await(() -> tended.renewed.size() == 1);
        tended.hostIp("addr add 192.0.2.2/24 dev up0");
        await(() -> tended.renewed.size() == 2);

        assertThat(tended.changed).isEmpty();
        assertThat(keeper.tally().changes()).isEmpty();
    }

    @Test
    void plansNothingIfItIsOff() {
        first.attach();
        Keeper keeper = tended.keep(new KeeperSettings(RepairMode.OFF, MOMENT, NEVER));
        tended.hostIp("addr add 192.0.2.2/24 dev up0");

        await(() -> !tended.logged("the node's addresses are").isEmpty());
        long passes = keeper.tally().fullPasses();
        await(() -> keeper.tally().fullPasses() > passes + 2);

        assertThat(tended.renewed).isEmpty();
    }
}

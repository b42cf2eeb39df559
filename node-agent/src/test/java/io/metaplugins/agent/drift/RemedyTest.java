package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.repaired;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.drift.Tally.Kind;
import io.metaplugins.agent.drift.Tally.Outcome;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is done about findings, one by one. */
@ExtendWith(HostUnchanged.class)
class RemedyTest {
    private static final long NOW = Duration.ofHours(1).toNanos();

    private final Agenda agenda = new Agenda(NOW);
    private final Tally tally = new Tally();
    private Tended tended;
    private Tended.Pod pod;
    private Roster roster;
    private Inspection inspection;
    private Remedy remedy;

    @BeforeEach
    void open(@TempDir Path root) {
        tended = new Tended(root);
        pod = tended.new Pod(5);
        pod.attach();
        roster = new Roster(tended.attachments());
        Roster.News _ = roster.refresh();
        inspection = new Inspection(tended.attachments(), roster, tended.kernel(), agenda);
        remedy = new Remedy(tended.attachments(), agenda, tally);
    }

    @AfterEach
    void close() {
        tended.close();
        pod.close();
    }

    private void treat(List<Inspection.Finding> findings, RepairMode mode) {
        int _ =
                tended.inside(() -> {
                    findings.forEach(each -> remedy.treat(each, mode, NOW));
                    return findings.size();
                });
    }

    private void treatNode(RepairMode mode) {
        treat(inspection.node(roster.all(), null), mode);
    }

    private void treatPod(RepairMode mode) {
        roster.pods().forEach(each -> treat(inspection.pod(each), mode));
    }

    private void loseOnNode() {
        tended.hostIp("route del 203.0.113.5 table 500");
    }

    private String onNode() {
        return tended.hostIp("route show table 500 203.0.113.5");
    }

    @Test
    void whatAnotherOwnerWantsOtherwiseWaitsWhateverElseIsPutRight() {
        for (int time = 0; time <= Quarrels.TOLERATED; time++) {
            loseOnNode();
            treatNode(RepairMode.ON);
            assertThat(onNode()).isNotEmpty();
        }
        assertThat(tally.quarrels()).isEqualTo(1);

        loseOnNode();
        treatNode(RepairMode.ON);
        assertThat(onNode()).isEmpty();
        pod.ip("rule del priority 1002");
        treatPod(RepairMode.ON);

        assertThat(pod.ip("rule show priority 1002")).isNotEmpty();
        assertThat(onNode()).isEmpty();
        assertThat(tally.changes())
                .containsEntry(repaired("rule"), 1L)
                .containsEntry(repaired("route"), Quarrels.TOLERATED + 1L);
    }

    @Test
    void forgetsWhatItToldOfThoseThatAreGone() {
        Kind route = new Kind("router", "route", Outcome.LOGGED);
        loseOnNode();
        treatNode(RepairMode.LOG);
        treatNode(RepairMode.LOG);
        assertThat(tally.changes()).containsEntry(route, 1L);

        remedy.forget(List.of(pod.id()));
        treatNode(RepairMode.LOG);

        assertThat(tally.changes()).containsEntry(route, 2L);
    }
}

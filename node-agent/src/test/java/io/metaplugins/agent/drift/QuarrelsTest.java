package io.metaplugins.agent.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.drift.Quarrels.Claim;
import io.metaplugins.agent.drift.Quarrels.Verdict;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarrelsTest {
    private static final AttachmentId ID =
            new AttachmentId("net", "router", "c0ffee", new InterfaceName("net1"));
    private static final Rule RULE = Rule.all(IpFamily.IPV4, 1000, new TableId(500));
    private static final Claim CLAIM =
            Claim.of(ID, Statement.present(Where.CONTAINER, RULE, "why"));
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Quarrels quarrels = new Quarrels();

    /** Of a clock that has no beginning. */
    private long now = -5 * SECOND;

    private Verdict attempt() {
        return quarrels.attempt(CLAIM, now);
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToFiveMinutes() {
        for (int time = 0; time < Quarrels.TOLERATED; time++) {
            assertThat(attempt()).isEqualTo(Verdict.TOLERATED);
            assertThat(quarrels.waits(CLAIM, now)).isFalse();
            now += SECOND;
        }
        assertThat(attempt()).isEqualTo(Verdict.BEGUN);
        List<Long> waits = new ArrayList<>();
        for (int time = 0; time < 10; time++) {
            assertThat(quarrels.waits(CLAIM, now)).isTrue();
            waits.add((quarrels.until(CLAIM) - now) / SECOND);
            now = quarrels.until(CLAIM);
            assertThat(quarrels.waits(CLAIM, now)).isFalse();
            assertThat(attempt()).isEqualTo(Verdict.GOES_ON);
        }
        assertThat(waits).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
    }

    @Test
    void toleratesWhatHappensSeldom() {
        for (int time = 0; time < 100; time++) {
            assertThat(attempt()).isEqualTo(Verdict.TOLERATED);
            now += 21 * SECOND;
        }
    }

    @Test
    void forgetsAQuarrelThatIsOver() {
        for (int time = 0; time < 2 * Quarrels.TOLERATED; time++) {
            Verdict _ = attempt();
        }
        now = quarrels.until(CLAIM) + 61 * SECOND;

        assertThat(attempt()).isEqualTo(Verdict.TOLERATED);
    }

    @Test
    void whatAllShareIsOneClaim() {
        Statement shared = Statement.node(RULE, "why");
        AttachmentId other = new AttachmentId("net", "router", "decaf", new InterfaceName("net1"));

        assertThat(Claim.of(ID, shared)).isEqualTo(Claim.of(other, shared));
        assertThat(Claim.of(other, CLAIM.statement())).isNotEqualTo(CLAIM);
    }
}

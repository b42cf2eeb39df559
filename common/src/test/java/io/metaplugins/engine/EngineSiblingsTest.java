package io.metaplugins.engine;

import static io.metaplugins.engine.Stage.NET1;
import static io.metaplugins.engine.Stage.TABLE;
import static io.metaplugins.engine.Stage.pod;
import static io.metaplugins.engine.Stage.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several NICs of one pod, whose wishes are for the same things. */
class EngineSiblingsTest extends EngineOnStage {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static Plan defaultVia(String gateway) {
        return plan(pod(via("0.0.0.0/0", gateway, NET1, TableId.MAIN)));
    }

    private Receipt apply(AttachmentId id, Plan plan, Instant time) {
        Engine then = new Engine(LogManager.getLogger(Engine.class), InstantSource.fixed(time));
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            return then.apply(entry, plan, ORIGIN, stage.kernels(), Observation.NONE);
        }
    }

    private List<Receipt> recordedOfAll() {
        return ledger.list().receipts().stream()
                .sorted((one, other) -> one.time().compareTo(other.time()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, 0, 3600})
    void theNicThatCameLastIsTheNewestThoughTheClockWasSet(long seconds) {
        Instant then = NOON.plusSeconds(seconds);

        Receipt first = apply(ID, defaultVia("172.18.0.1"), NOON);
        Receipt second = apply(SECOND, defaultVia("172.18.0.2"), then);

        assertThat(first.time()).isEqualTo(NOON);
        assertThat(second.time()).isAfter(NOON).isAfterOrEqualTo(then);
        assertThat(check(ID)).isEmpty();
        assertThat(check(SECOND)).isEmpty();

        apply(ID, defaultVia("172.18.0.3"), then);

        assertThat(check(ID)).isEmpty();
        assertThat(check(SECOND)).isEmpty();
        assertThat(recordedOfAll()).extracting(Receipt::id).containsExactly(SECOND, ID);
    }

    @Test
    void aRefusedConfigurationOfOneNicLeavesTheOthersAsTheyWere() {
        String before = stage.look();
        apply(defaultVia("172.18.0.1"));
        apply(SECOND, defaultVia("172.18.0.2"), stage.kernels());
        List<Receipt> recorded = recordedOfAll();
        String added = stage.look();

        // Without the first default, the second NIC's would lead back to the one before both.
        assertThatThrownBy(() -> apply(plan(pod(via("10.9.0.0/16", "203.0.113.1", NET1, TABLE)))))
                .hasMessageContaining("ENETUNREACH");

        assertThat(stage.look()).isEqualTo(added);
        assertThat(recordedOfAll()).isEqualTo(recorded);
        release(SECOND);
        assertThat(check(ID)).isEmpty();
        release(ID);
        assertThat(stage.look()).isEqualTo(before);
    }
}

package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(HostUnchanged.class)
class KeeperThreadTest {
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger attempts = new AtomicInteger();

    private void later(Duration time) {
        long _ = clock.addAndGet(time.toNanos());
    }

    /** Who serves pods does so without a keeper, too. */
    @Test
    void startsAsSoonAsThereCanBeAKeeper(@TempDir Path root) {
        try (Tended tended = new Tended(root);
                KeeperThread thread =
                        KeeperThread.start(
                                () -> {
                                    if (attempts.incrementAndGet() < 3) {
                                        throw new IllegalStateException("no socket");
                                    }
                                    return tended.open();
                                },
                                clock::get)) {
            assertThat(thread.problem()).isEqualTo("no socket");
            assertThat(thread.isAwayFor(Duration.ZERO)).isFalse();
            assertThat(thread.tally().fullPasses()).isZero();
            thread.supervise();
            assertThat(attempts).hasValue(1);

            later(Duration.ofMinutes(1));
            thread.supervise();
            later(Duration.ofSeconds(59));
            thread.supervise();
            assertThat(attempts).hasValue(2);
            assertThat(thread.problem()).isEqualTo("no socket");

            later(Duration.ofSeconds(1));
            thread.supervise();
            assertThat(thread.problem()).isEmpty();
            await(() -> thread.tally().fullPasses() == 1);
        }
    }

    @Test
    void knowsHowLongItHasBeenAtTheSameThing(@TempDir Path root) {
        try (Tended tended = new Tended(root)) {
            Keeper keeper = tended.open();
            try (keeper) {
                await(() -> keeper.isAwayFor(Duration.ofMillis(20)));
                assertThat(keeper.isAwayFor(Duration.ofHours(1))).isFalse();
            }
        }
    }
}

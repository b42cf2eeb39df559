package io.metaplugins.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what must come, on however slow a machine, but not for ever. */
final class Patience {
    static final Duration LONG = Duration.ofMinutes(1);

    private Patience() {}

    /**
     * Waits until something is so.
     *
     * @param expected what is waited for, for the failure
     * @param seen what there is instead
     */
    static void until(BooleanSupplier condition, String expected, Supplier<?> seen) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "not within %s: %s; there is %s".formatted(LONG, expected, seen.get()));
            }
            Thread.onSpinWait();
        }
    }
}

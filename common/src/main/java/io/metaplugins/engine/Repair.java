package io.metaplugins.engine;

import org.jspecify.annotations.Nullable;

/**
 * One statement of an attachment that did not hold, and what came of it.
 *
 * @param deviation what was wished, and what was found instead
 * @param refusal why it could not be put right; null if it was
 */
public record Repair(Deviation deviation, @Nullable KernelException refusal) {

    /** Whether the statement holds again. */
    public boolean isDone() {
        return refusal == null;
    }
}

package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import org.jspecify.annotations.Nullable;

/**
 * A thing in a network namespace that can be read, made, changed and removed.
 *
 * <p>What is written is not what is read back: the kernel fills in protocol, scope, metric and
 * flags. So a wish is never compared for equality; {@link #satisfiedBy} asks whether each field
 * that the wish states holds.
 */
public sealed interface KernelObject
        permits Link, Address, Route, Rule, Neighbour, Sysctl, NftRule {

    /** The interface that it is or is on, or whose setting it is; null if it is of none. */
    @Nullable InterfaceName dev();

    /** The reading that would show this object if it is there. */
    Query query();

    /**
     * Whether both are the same thing to the kernel, so that adding one where the other is ends in
     * EEXIST or replaces it.
     */
    boolean sameAs(KernelObject observed);

    /** Whether each field that this wish states holds in what was observed. */
    boolean satisfiedBy(KernelObject observed);

    /** Whether this wish and another cannot both hold. */
    default boolean contradicts(KernelObject other) {
        return sameAs(other) && !satisfiedBy(other);
    }

    /** The object in the words of {@code ip}, without a verb: {@code route 10.0.0.0/8 dev eth0}. */
    @Override
    String toString();
}

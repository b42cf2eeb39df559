package io.metaplugins.kernel;

import org.jspecify.annotations.Nullable;

/** How a wished field compares with an observed one. */
final class Wish {
    private Wish() {}

    /** A field that the wish leaves out holds whatever the kernel has. */
    static boolean holds(@Nullable Object wished, @Nullable Object observed) {
        return wished == null || wished.equals(observed);
    }

    /** Whether two wishes both care for a field, and want different values. */
    static boolean differs(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !one.equals(other);
    }
}

package io.metaplugins.kernel;

import java.util.Locale;

/** How far an address or destination reaches ({@code enum rt_scope_t}, linux/rtnetlink.h). */
public enum Scope {
    GLOBAL(0),
    SITE(200),
    LINK(253),
    HOST(254),
    NOWHERE(255);

    private final int number;

    Scope(int number) {
        this.number = number;
    }

    /** The value of {@code RT_SCOPE_UNIVERSE} … {@code RT_SCOPE_NOWHERE}. */
    public int number() {
        return number;
    }

    /** The scope of that number; a number that a user made up counts as GLOBAL. */
    public static Scope of(int number) {
        for (Scope scope : values()) {
            if (scope.number == number) {
                return scope;
            }
        }
        return GLOBAL;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

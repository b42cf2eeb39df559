package io.metaplugins.plan;

import java.util.Locale;

/** The two namespaces that an attachment is about. */
public enum Where {
    HOST,
    CONTAINER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

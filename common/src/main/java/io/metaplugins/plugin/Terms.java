package io.metaplugins.plugin;

import java.time.Duration;
import java.time.Instant;

/**
 * On what terms a request is carried out.
 *
 * @param pods how the namespace that it names is opened
 * @param patience how long it waits for who is at work on an attachment
 * @param moment up to when it knows of attachments
 */
record Terms(Pods pods, Duration patience, Instant moment) {
    /** Longer than any ADD that another process may be at for the same attachment. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Those of a request that somebody waits for. */
    static Terms usual(Pods pods) {
        return new Terms(pods, PATIENCE, Instant.MAX);
    }

    Terms asOf(Instant past) {
        return new Terms(pods, patience, past);
    }
}

package io.metaplugins.agent.drift;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What goes wrong with one, and must keep no other waiting. It is told once, for as long as it
 * lasts.
 */
final class Mishaps {
    private static final Logger log = LogManager.getLogger(Mishaps.class);

    private final Map<Attempt, String> told = new HashMap<>();

    private record Attempt(Object one, String what) {}

    /**
     * Does something for one.
     *
     * @param what it is, as one may fail while another does not
     * @return whether it came off
     */
    boolean spare(Object one, String what, Runnable work) {
        Attempt attempt = new Attempt(one, what);
        try {
            work.run();
            told.remove(attempt);
            return true;
        } catch (RuntimeException e) {
            tell(attempt, e);
            return false;
        }
    }

    private void tell(Attempt attempt, RuntimeException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        if (!text.equals(told.put(attempt, text))) {
            log.warn("{}: cannot {}: {}", attempt.one(), attempt.what(), text);
        }
    }

    /** Of these nothing is to be remembered any more. */
    void forget(Collection<?> some) {
        told.keySet().removeIf(attempt -> some.contains(attempt.one()));
    }
}

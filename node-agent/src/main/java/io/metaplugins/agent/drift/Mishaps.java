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

    private final Map<Object, String> told = new HashMap<>();

    /**
     * Does something for one.
     *
     * @return whether it came off
     */
    boolean spare(Object one, Runnable work) {
        try {
            work.run();
            told.remove(one);
            return true;
        } catch (RuntimeException e) {
            tell(one, e);
            return false;
        }
    }

    private void tell(Object one, RuntimeException e) {
        String text = e.getMessage() == null ? e.toString() : e.getMessage();
        if (!text.equals(told.put(one, text))) {
            log.warn("{}: {}", one, text);
        }
    }

    /** Of these nothing is to be remembered any more. */
    void forget(Collection<?> some) {
        told.keySet().removeAll(some);
    }
}

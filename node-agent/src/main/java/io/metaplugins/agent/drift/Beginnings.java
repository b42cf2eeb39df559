package io.metaplugins.agent.drift;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When this process last began to work for a container: what it planned since is planned with what
 * was known then. For any thread.
 */
public final class Beginnings {
    /** Whoever is forgotten is planned once more. */
    private static final int MOST = 4096;

    private final Map<String, Long> last = new LinkedHashMap<>();
    private final LongSupplier clock;

    /** By a clock that nobody sets. */
    public Beginnings() {
        this(System::nanoTime);
    }

    Beginnings(LongSupplier clock) {
        this.clock = clock;
    }

    /** It begins now. */
    public synchronized void note(String containerId) {
        last.remove(containerId);
        last.put(containerId, clock.getAsLong());
        if (last.size() > MOST) {
            last.remove(last.keySet().iterator().next());
        }
    }

    /** Whether it began for the container after some time. */
    synchronized boolean isAfter(String containerId, long time) {
        Long began = last.get(containerId);
        return began != null && began - time > 0;
    }
}

package io.metaplugins.agent;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Who is at work for whom: what is asked for one container is done in the order in which it came,
 * and what is asked for others at the same time. A thread whose work must wait for another thread
 * leaves it to that one, and is free.
 *
 * @param <T> the work
 */
final class Turns<T> {
    private final int most;
    private final Map<String, Queue<T>> waiting = new HashMap<>();
    private int count;

    /**
     * Starts with nobody at work.
     *
     * @param most how much may wait
     */
    Turns(int most) {
        this.most = most;
    }

    /** What to do with work that came. */
    enum Turn {
        /** Do it now, and then ask for what came meanwhile. */
        NOW,
        /** Another thread will do it. */
        LATER,
        /** Too much is waiting. */
        NEVER
    }

    /**
     * Asks for a turn.
     *
     * @param key the container; what has none waits for nobody
     */
    synchronized Turn come(String key, T work) {
        if (key.isEmpty()) {
            return Turn.NOW;
        }
        Queue<T> queue = waiting.get(key);
        if (queue == null) {
            waiting.put(key, new ArrayDeque<>());
            return Turn.NOW;
        }
        if (count == most) {
            return Turn.NEVER;
        }
        queue.add(work);
        count++;
        return Turn.LATER;
    }

    /** What is to be done next for whom something was done now; null if nothing. */
    synchronized @Nullable T next(String key) {
        Queue<T> queue = waiting.get(key);
        T work = queue == null ? null : queue.poll();
        if (work == null) {
            waiting.remove(key);
        } else {
            count--;
        }
        return work;
    }

    /** How much is waiting. */
    synchronized int depth() {
        return count;
    }
}

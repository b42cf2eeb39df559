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
    private final long mostBytes;
    private final Map<String, Queue<Waiting<T>>> waiting = new HashMap<>();
    private int count;
    private long bytes;

    /**
     * Starts with nobody at work.
     *
     * @param most how much work may wait
     * @param mostBytes how much memory what waits may take
     */
    Turns(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    private record Waiting<T>(T work, int bytes) {}

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
     * @param size bytes of memory that the work takes as it waits
     */
    synchronized Turn come(String key, T work, int size) {
        if (key.isEmpty()) {
            return Turn.NOW;
        }
        Queue<Waiting<T>> queue = waiting.get(key);
        if (queue == null) {
            waiting.put(key, new ArrayDeque<>());
            return Turn.NOW;
        }
        if (count == most || bytes + size > mostBytes) {
            return Turn.NEVER;
        }
        queue.add(new Waiting<>(work, size));
        count++;
        bytes += size;
        return Turn.LATER;
    }

    /** What is to be done next for whom something was done now; null if nothing. */
    synchronized @Nullable T next(String key) {
        Queue<Waiting<T>> queue = waiting.get(key);
        Waiting<T> next = queue == null ? null : queue.poll();
        if (next == null) {
            waiting.remove(key);
            return null;
        }
        count--;
        bytes -= next.bytes();
        return next.work();
    }

    /** How much is waiting. */
    synchronized int depth() {
        return count;
    }
}

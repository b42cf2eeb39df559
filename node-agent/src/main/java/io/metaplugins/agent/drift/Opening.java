package io.metaplugins.agent.drift;

import java.util.ArrayDeque;
import java.util.Deque;

/** Things that are opened one after the other, and closed again if one does not open. */
final class Opening {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T thing) {
        opened.push(thing);
        return thing;
    }

    @SuppressWarnings("IllegalCatch")
    void close(RuntimeException reason) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                reason.addSuppressed(e);
            }
        }
    }
}

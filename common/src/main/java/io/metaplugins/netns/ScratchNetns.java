package io.metaplugins.netns;

import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * New network namespaces, which go when nobody holds them any more. A thread that makes one is in
 * it until it ends, so each is made by a thread of its own.
 */
public final class ScratchNetns {
    private static final int CLONE_NEWNET = 0x40000000;

    private final Libc libc;
    private final ServerLibc server;

    public ScratchNetns(Libc libc, ServerLibc server) {
        this.libc = libc;
        this.server = server;
    }

    /** Makes an empty one, for the caller to close. */
    public Netns make() {
        return onNewThread(() -> {
            server.unshare(CLONE_NEWNET);
            return Netns.current(libc);
        });
    }

    /** Runs something on a thread whose own namespace is a new one, and gives what it gives. */
    public <T> T runInNew(Function<Netns, T> task) {
        return onNewThread(() -> {
            server.unshare(CLONE_NEWNET);
            try (Netns own = Netns.current(libc)) {
                return task.apply(own);
            }
        });
    }

    private static <T> T onNewThread(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        new Thread(future, "scratch").start();
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetnsException("interrupted while making a network namespace", e);
        } catch (ExecutionException e) {
            throw new NetnsException("in a new network namespace: " + e.getCause(), e);
        }
    }
}

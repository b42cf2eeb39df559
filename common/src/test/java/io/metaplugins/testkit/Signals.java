package io.metaplugins.testkit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Signals without end to one thread, each of which makes a system call that waits fail with {@code
 * EINTR}.
 */
public final class Signals implements AutoCloseable {
    /** {@code SIGUSR2}, which the JVM has a handler for that does nothing when it comes unasked. */
    private static final int SIGNAL = 12;

    private final Thread sender;
    private volatile boolean ended;

    private Signals(int thread) {
        int process = Math.toIntExact(ProcessHandle.current().pid());
        this.sender =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            while (!ended) {
                                call("tgkill", process, thread, SIGNAL);
                            }
                        });
    }

    /** Begins to send them to the calling thread. */
    public static Signals toThisThread() {
        Signals signals = new Signals(call("gettid"));
        signals.sender.start();
        return signals;
    }

    /** A function of the C library that takes numbers and gives one. */
    @SuppressWarnings("restricted")
    private static int call(String function, Integer... arguments) {
        Linker linker = Linker.nativeLinker();
        ValueLayout[] types = new ValueLayout[arguments.length];
        Arrays.fill(types, ValueLayout.JAVA_INT);
        MethodHandle handle =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow(function),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, types));
        try {
            return (int) handle.invokeWithArguments((Object[]) arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

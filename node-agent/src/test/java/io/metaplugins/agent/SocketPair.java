package io.metaplugins.agent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Two unix stream sockets that are connected, of which one sends descriptors as launchers do.
 *
 * @param first for the caller to close, as is the other
 */
record SocketPair(int first, int second) {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final long IOVEC_BYTES = 16;
    private static final long MSGHDR_BYTES = 56;
    private static final long CMSGHDR_BYTES = 16;

    static SocketPair open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(JAVA_INT, 2);
            long failed =
                    call(
                            "socketpair",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
                            AF_UNIX,
                            SOCK_STREAM | SOCK_CLOEXEC,
                            0,
                            both);
            if (failed != 0) {
                throw new AssertionError("no socketpair");
            }
            return new SocketPair(both.get(JAVA_INT, 0), both.get(JAVA_INT, Integer.BYTES));
        }
    }

    /** {@code sendmsg(2)} to the first, with {@code struct msghdr} as 64-bit machines have it. */
    void send(byte[] bytes, List<Integer> descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
            MemorySegment iovec = arena.allocate(IOVEC_BYTES, Long.BYTES);
            iovec.set(ADDRESS, 0, data);
            iovec.set(JAVA_LONG, 8, bytes.length);
            MemorySegment message = arena.allocate(MSGHDR_BYTES, Long.BYTES);
            message.set(ADDRESS, 16, iovec);
            message.set(JAVA_LONG, 24, 1);
            if (!descriptors.isEmpty()) {
                MemorySegment control = rights(arena, descriptors);
                message.set(ADDRESS, 32, control);
                message.set(JAVA_LONG, 40, control.byteSize());
            }
            FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
            if (call("sendmsg", type, second, message, 0) != bytes.length) {
                throw new AssertionError("not sent with " + descriptors.size() + " descriptors");
            }
        }
    }

    private static MemorySegment rights(Arena arena, List<Integer> descriptors) {
        long length = CMSGHDR_BYTES + (long) descriptors.size() * Integer.BYTES;
        MemorySegment control = arena.allocate(length, Long.BYTES);
        control.set(JAVA_LONG, 0, length);
        control.set(JAVA_INT, 8, SOL_SOCKET);
        control.set(JAVA_INT, 12, SCM_RIGHTS);
        for (int index = 0; index < descriptors.size(); index++) {
            control.set(
                    JAVA_INT, CMSGHDR_BYTES + (long) index * Integer.BYTES, descriptors.get(index));
        }
        return control;
    }

    @SuppressWarnings("restricted")
    private static long call(String function, FunctionDescriptor type, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        MethodHandle handle =
                linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
        try {
            return ((Number) handle.invokeWithArguments(arguments)).longValue();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}

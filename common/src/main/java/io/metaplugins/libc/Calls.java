package io.metaplugins.libc;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import java.util.function.LongToIntFunction;
import jnr.ffi.Runtime;

/** How functions of C are called: buffers have addresses, and what is negative has an errno. */
abstract class Calls {
    private final Runtime runtime;

    /**
     * @param symbols as JNR-FFI bound them
     */
    Calls(Object symbols) {
        this.runtime = Runtime.getRuntime(symbols);
    }

    /** Calls with the address of what the buffer has left, which stays in memory until then. */
    static int at(ByteBuffer buffer, LongToIntFunction call) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a buffer on the heap has no address");
        }
        try {
            return call.applyAsInt(MemorySegment.ofBuffer(buffer).address());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** As C has it, with a zero at its end. */
    static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return allocate(bytes.length + 1).put(0, bytes);
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    int lastError() {
        return runtime.getLastError();
    }

    int check(String call, int result) {
        if (result < 0) {
            throw new ErrnoException(call, lastError());
        }
        return result;
    }

    /** Calls again as long as signals interrupt. */
    int retry(String call, IntSupplier attempt) {
        while (true) {
            int result = attempt.getAsInt();
            if (result >= 0) {
                return result;
            }
            int errno = lastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException(call, errno);
            }
        }
    }
}

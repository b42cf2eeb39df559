package io.metaplugins.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * The C library of the running process, by JNR-FFI. Structs are plain buffers with fixed offsets:
 * JNR's own structs cost more at start-up than all the calls together.
 */
public final class JnrLibc implements Libc {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_INO = 0x100;

    private final Symbols symbols;
    private final Runtime runtime;

    /**
     * The functions by their C names, for JNR-FFI to bind. Text goes in buffers too: the first
     * {@code String} would cost more at start-up than all the calls together.
     */
    public interface Symbols {
        int socket(int domain, int type, int protocol);

        int connect(int descriptor, ByteBuffer address, int length);

        int getsockname(int descriptor, ByteBuffer address, ByteBuffer length);

        int setsockopt(int descriptor, int level, int option, ByteBuffer value, int length);

        long send(int descriptor, ByteBuffer datagram, long length, int flags);

        long recv(int descriptor, ByteBuffer datagram, long length, int flags);

        int open(ByteBuffer path, int flags);

        long read(int descriptor, ByteBuffer buffer, long length);

        long write(int descriptor, ByteBuffer buffer, long length);

        int close(int descriptor);

        int setns(int descriptor, int kind);

        int ioctl(int descriptor, long request);

        int fstatfs(int descriptor, ByteBuffer statfs);

        int statx(int descriptor, ByteBuffer path, int flags, int mask, ByteBuffer statx);
    }

    private JnrLibc(Symbols symbols) {
        this.symbols = symbols;
        this.runtime = Runtime.getRuntime(symbols);
    }

    /** Binds the C library. */
    public static JnrLibc load() {
        return new JnrLibc(LibraryLoader.create(Symbols.class).load("c"));
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return check("socket", symbols.socket(domain, type, protocol));
    }

    @Override
    public void connect(int descriptor, ByteBuffer address) {
        check("connect", symbols.connect(descriptor, address, address.remaining()));
    }

    @Override
    public void getsockname(int descriptor, ByteBuffer address) {
        ByteBuffer length = allocate(Integer.BYTES).putInt(0, address.remaining());
        check("getsockname", symbols.getsockname(descriptor, address, length));
    }

    @Override
    public void setsockopt(int descriptor, int level, int option, ByteBuffer value) {
        check(
                "setsockopt " + option,
                symbols.setsockopt(descriptor, level, option, value, value.remaining()));
    }

    @Override
    public void send(int descriptor, ByteBuffer datagram) {
        retry("send", () -> (int) symbols.send(descriptor, datagram, datagram.remaining(), 0));
    }

    @Override
    public int recv(int descriptor, ByteBuffer datagram, int flags) {
        return retry(
                "recv",
                () -> (int) symbols.recv(descriptor, datagram, datagram.remaining(), flags));
    }

    @Override
    public int open(String path, int flags) {
        ByteBuffer text = text(path);
        return retry("open " + path, () -> symbols.open(text, flags));
    }

    @Override
    public int read(int descriptor, ByteBuffer buffer) {
        return retry("read", () -> (int) symbols.read(descriptor, buffer, buffer.remaining()));
    }

    @Override
    public int write(int descriptor, ByteBuffer buffer) {
        return retry("write", () -> (int) symbols.write(descriptor, buffer, buffer.remaining()));
    }

    @Override
    public void close(int descriptor) {
        int _ = symbols.close(descriptor);
    }

    @Override
    public void setns(int descriptor, int kind) {
        check("setns", symbols.setns(descriptor, kind));
    }

    @Override
    public int ioctl(int descriptor, long request) {
        return check("ioctl 0x" + Long.toHexString(request), symbols.ioctl(descriptor, request));
    }

    @Override
    public long fileSystem(int descriptor) {
        // struct statfs: 120 bytes, of which f_type is the first long.
        ByteBuffer statfs = allocate(120);
        check("fstatfs", symbols.fstatfs(descriptor, statfs));
        return statfs.getLong(0);
    }

    @Override
    public long inode(int descriptor) {
        // struct statx: 256 bytes everywhere, which struct stat is not; stx_ino is at 32.
        ByteBuffer statx = allocate(256);
        check("statx", symbols.statx(descriptor, text(""), AT_EMPTY_PATH, STATX_INO, statx));
        return statx.getLong(32);
    }

    /** As C has it, with a zero at its end. */
    private static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return allocate(bytes.length + 1).put(0, bytes);
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private int check(String call, int result) {
        if (result < 0) {
            throw new ErrnoException(call, runtime.getLastError());
        }
        return result;
    }

    private int retry(String call, IntSupplier attempt) {
        while (true) {
            int result = attempt.getAsInt();
            if (result >= 0) {
                return result;
            }
            int errno = runtime.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException(call, errno);
            }
        }
    }
}

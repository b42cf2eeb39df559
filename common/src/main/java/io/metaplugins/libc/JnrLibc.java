package io.metaplugins.libc;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;

/**
 * The C library of the running process, by JNR-FFI. Structs are plain buffers with fixed offsets:
 * JNR's own structs cost more at start-up than all the calls together.
 */
public final class JnrLibc extends Calls implements Libc {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_INO = 0x100;
    private static final short POLLIN = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;

    private final Symbols symbols;

    /**
     * The functions by their C names, for JNR-FFI to bind. Pointers are plain addresses: for
     * buffers and text JNR-FFI would look for annotations and make classes, which takes longer than
     * all the calls together.
     */
    public interface Symbols {
        int socket(int domain, int type, int protocol);

        int connect(int descriptor, long address, int length);

        int bind(int descriptor, long address, int length);

        int getsockname(int descriptor, long address, long length);

        int setsockopt(int descriptor, int level, int option, long value, int length);

        long send(int descriptor, long datagram, long length, int flags);

        long recv(int descriptor, long datagram, long length, int flags);

        int poll(long descriptors, long count, int milliseconds);

        int open(long path, int flags);

        long read(int descriptor, long buffer, long length);

        long write(int descriptor, long buffer, long length);

        int close(int descriptor);

        int setns(int descriptor, int kind);

        int ioctl(int descriptor, long request);

        int fstatfs(int descriptor, long statfs);

        int statx(int descriptor, long path, int flags, int mask, long statx);
    }

    private JnrLibc(Symbols symbols) {
        super(symbols);
        this.symbols = symbols;
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
        check("connect", at(address, a -> symbols.connect(descriptor, a, address.remaining())));
    }

    @Override
    public void bind(int descriptor, ByteBuffer address) {
        check("bind", at(address, a -> symbols.bind(descriptor, a, address.remaining())));
    }

    @Override
    public void getsockname(int descriptor, ByteBuffer address) {
        ByteBuffer length = allocate(Integer.BYTES).putInt(0, address.remaining());
        check(
                "getsockname",
                at(address, a -> at(length, l -> symbols.getsockname(descriptor, a, l))));
    }

    @Override
    public void setsockopt(int descriptor, int level, int option, ByteBuffer value) {
        check(
                "setsockopt " + option,
                at(
                        value,
                        v -> symbols.setsockopt(descriptor, level, option, v, value.remaining())));
    }

    @Override
    public void attachFilter(int descriptor, ByteBuffer program) {
        // struct sock_fprog: the number of instructions, and where they are.
        ByteBuffer filter = allocate(16).putShort(0, (short) (program.remaining() / 8));
        check(
                "attach filter",
                at(
                        program,
                        p ->
                                at(
                                        filter.putLong(8, p),
                                        f ->
                                                symbols.setsockopt(
                                                        descriptor,
                                                        SOL_SOCKET,
                                                        SO_ATTACH_FILTER,
                                                        f,
                                                        16))));
    }

    @Override
    public void send(int descriptor, ByteBuffer datagram) {
        retry(
                "send",
                () ->
                        at(
                                datagram,
                                d -> (int) symbols.send(descriptor, d, datagram.remaining(), 0)));
    }

    @Override
    public int recv(int descriptor, ByteBuffer datagram, int flags) {
        return retry(
                "recv",
                () ->
                        at(
                                datagram,
                                d ->
                                        (int)
                                                symbols.recv(
                                                        descriptor,
                                                        d,
                                                        datagram.remaining(),
                                                        flags)));
    }

    @Override
    public boolean poll(int descriptor, int milliseconds) {
        // struct pollfd: the descriptor, two bytes of events, two bytes for the answer.
        ByteBuffer pollfd = allocate(8).putInt(0, descriptor).putShort(4, POLLIN);
        int ready = at(pollfd, p -> symbols.poll(p, 1, milliseconds));
        boolean interrupted = ready < 0 && lastError() == Errno.EINTR;
        return !interrupted && check("poll", ready) > 0;
    }

    @Override
    public int open(String path, int flags) {
        ByteBuffer text = text(path);
        return retry("open " + path, () -> at(text, t -> symbols.open(t, flags)));
    }

    @Override
    public int read(int descriptor, ByteBuffer buffer) {
        return retry(
                "read",
                () -> at(buffer, b -> (int) symbols.read(descriptor, b, buffer.remaining())));
    }

    @Override
    public int write(int descriptor, ByteBuffer buffer) {
        return retry(
                "write",
                () -> at(buffer, b -> (int) symbols.write(descriptor, b, buffer.remaining())));
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
        check("fstatfs", at(statfs, s -> symbols.fstatfs(descriptor, s)));
        return statfs.getLong(0);
    }

    @Override
    public long inode(int descriptor) {
        // struct statx: 256 bytes everywhere, which struct stat is not; stx_ino is at 32.
        ByteBuffer statx = allocate(256);
        ByteBuffer itself = text("");
        check(
                "statx",
                at(
                        itself,
                        t ->
                                at(
                                        statx,
                                        s ->
                                                symbols.statx(
                                                        descriptor,
                                                        t,
                                                        AT_EMPTY_PATH,
                                                        STATX_INO,
                                                        s))));
        return statx.getLong(32);
    }
}

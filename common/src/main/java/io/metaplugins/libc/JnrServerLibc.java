package io.metaplugins.libc;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;

/** {@link ServerLibc} by JNR-FFI, with structs as plain buffers. */
public final class JnrServerLibc extends Calls implements ServerLibc {
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int POLLFD_BYTES = 8;

    // struct msghdr of linux/socket.h, on 64 bits, and struct iovec of linux/uio.h.
    private static final int MSGHDR_BYTES = 56;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int IOVEC_BYTES = 16;
    private static final int IOV_LEN = 8;

    private final Symbols symbols;

    /** The functions by their C names, for JNR-FFI to bind. */
    public interface Symbols {
        int listen(int descriptor, int backlog);

        int accept4(int descriptor, long address, long length, int flags);

        int getsockopt(int descriptor, int level, int option, long value, long length);

        long recvmsg(int descriptor, long message, int flags);

        int poll(long descriptors, long count, int milliseconds);

        int unshare(int flags);
    }

    private JnrServerLibc(Symbols symbols) {
        super(symbols);
        this.symbols = symbols;
    }

    /** Binds the C library. */
    public static JnrServerLibc load() {
        return new JnrServerLibc(LibraryLoader.create(Symbols.class).load("c"));
    }

    @Override
    public void listen(int descriptor, int backlog) {
        check("listen", symbols.listen(descriptor, backlog));
    }

    @Override
    public int accept(int descriptor) {
        return retry("accept", () -> symbols.accept4(descriptor, 0, 0, SOCK_CLOEXEC));
    }

    @Override
    public void getsockopt(int descriptor, int level, int option, ByteBuffer value) {
        ByteBuffer length = allocate(Integer.BYTES).putInt(0, value.remaining());
        check(
                "getsockopt " + option,
                at(
                        value,
                        v -> at(length, l -> symbols.getsockopt(descriptor, level, option, v, l))));
    }

    @Override
    public int recvmsg(int descriptor, ByteBuffer data, ByteBuffer control, int flags) {
        ByteBuffer iovec = allocate(IOVEC_BYTES).putLong(IOV_LEN, data.remaining());
        ByteBuffer message =
                allocate(MSGHDR_BYTES)
                        .putLong(MSG_IOVLEN, 1)
                        .putLong(MSG_CONTROLLEN, control.remaining());
        int length =
                at(
                        data,
                        d ->
                                at(
                                        control,
                                        c -> {
                                            iovec.putLong(0, d);
                                            message.putLong(MSG_CONTROL, c);
                                            return receive(descriptor, message, iovec, flags);
                                        }));
        control.limit(control.position() + (int) message.getLong(MSG_CONTROLLEN));
        return length;
    }

    /** The message names the vector by its address alone, which keeps it in memory for nobody. */
    private int receive(int descriptor, ByteBuffer message, ByteBuffer iovec, int flags) {
        long room = message.getLong(MSG_CONTROLLEN);
        return at(
                iovec,
                i ->
                        retry(
                                "recvmsg",
                                () -> {
                                    message.putLong(MSG_IOV, i).putLong(MSG_CONTROLLEN, room);
                                    return at(
                                            message,
                                            m -> (int) symbols.recvmsg(descriptor, m, flags));
                                }));
    }

    @Override
    public int poll(ByteBuffer pollfds, int milliseconds) {
        int ready =
                at(pollfds, p -> symbols.poll(p, pollfds.remaining() / POLLFD_BYTES, milliseconds));
        return ready < 0 && lastError() == Errno.EINTR ? 0 : check("poll", ready);
    }

    @Override
    public void unshare(int flags) {
        check("unshare", symbols.unshare(flags));
    }
}

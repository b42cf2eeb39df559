package io.metaplugins.libc;

import java.nio.ByteBuffer;

/**
 * The calls of the C library that only a resident process makes, apart from {@link Libc} since each
 * function that is bound costs each plugin's start. Conventions are the same.
 */
public interface ServerLibc {

    /** {@code listen(2)}. */
    void listen(int descriptor, int backlog);

    /**
     * {@code accept4(2)} with {@code SOCK_CLOEXEC}; the peer's address is not asked for.
     *
     * @return the connection's descriptor
     */
    int accept(int descriptor);

    /** {@code getsockopt(2)}: fills in the option's value. */
    void getsockopt(int descriptor, int level, int option, ByteBuffer value);

    /**
     * {@code recvmsg(2)}: the data, and what came along with it.
     *
     * @param control filled with {@code struct cmsghdr}s from its position on, its limit set to
     *     their end
     * @return the length of the data, bytes; 0 at the end of a stream
     */
    int recvmsg(int descriptor, ByteBuffer data, ByteBuffer control, int flags);

    /**
     * {@code poll(2)}.
     *
     * @param pollfds {@code struct pollfd}s of 8 bytes each, filled in
     * @return how many of them have something to tell; 0 after the time, or if a signal came
     */
    int poll(ByteBuffer pollfds, int milliseconds);

    /** {@code unshare(2)}: only the package {@code netns} may call it. */
    void unshare(int flags);
}

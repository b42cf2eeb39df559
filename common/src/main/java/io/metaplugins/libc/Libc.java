package io.metaplugins.libc;

import java.nio.ByteBuffer;

/**
 * The calls of the C library that netlink, packets and namespaces need, as {@code man 2} has them.
 * A call that fails throws {@link ErrnoException}; one that a signal interrupted is made again.
 *
 * <p>A buffer is handed over from its position to its limit, in the machine's byte order, and its
 * position stays. Where the kernel wants a {@code struct}, its layout is the same on amd64 and
 * arm64.
 */
public interface Libc {

    /**
     * {@code socket(2)}.
     *
     * @return the descriptor
     */
    int socket(int domain, int type, int protocol);

    /** {@code connect(2)}. */
    void connect(int descriptor, ByteBuffer address);

    /** {@code bind(2)}. */
    void bind(int descriptor, ByteBuffer address);

    /** {@code getsockname(2)}: fills in the socket's own address. */
    void getsockname(int descriptor, ByteBuffer address);

    /** {@code setsockopt(2)}. */
    void setsockopt(int descriptor, int level, int option, ByteBuffer value);

    /**
     * {@code setsockopt(2)} with {@code SO_ATTACH_FILTER}: what the socket hears from now on.
     *
     * @param program of classic BPF: instructions of 8 bytes
     */
    void attachFilter(int descriptor, ByteBuffer program);

    /** {@code send(2)} of a datagram, whole. */
    void send(int descriptor, ByteBuffer datagram);

    /**
     * {@code recv(2)} of a datagram.
     *
     * @return its length, bytes; with {@code MSG_TRUNC} that may be more than the buffer holds
     */
    int recv(int descriptor, ByteBuffer datagram, int flags);

    /**
     * {@code poll(2)} of one descriptor, until something can be received. A signal ends the wait:
     * who waits for a time looks at the clock.
     *
     * @return whether there is something; an error counts, and {@code recv} tells it
     */
    boolean poll(int descriptor, int milliseconds);

    /**
     * {@code open(2)} of a file that exists.
     *
     * @return the descriptor
     */
    int open(String path, int flags);

    /**
     * {@code read(2)}.
     *
     * @return how many bytes were read; 0 at the file's end
     */
    int read(int descriptor, ByteBuffer buffer);

    /**
     * {@code write(2)}.
     *
     * @return how many bytes were written
     */
    int write(int descriptor, ByteBuffer buffer);

    /** {@code close(2)}. The descriptor is gone even if it fails, so a failure is not told. */
    void close(int descriptor);

    /**
     * {@code setns(2)}: moves the calling thread, and no other. Only the package {@code netns} may
     * call it.
     */
    void setns(int descriptor, int kind);

    /**
     * {@code ioctl(2)} without an argument.
     *
     * @return its result
     */
    int ioctl(int descriptor, long request);

    /** {@code f_type} of {@code fstatfs(2)}: the magic number of the file system. */
    long fileSystem(int descriptor);

    /** {@code stx_ino} of {@code statx(2)}: the file's number in its file system. */
    long inode(int descriptor);
}

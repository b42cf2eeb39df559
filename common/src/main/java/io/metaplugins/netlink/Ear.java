package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A netlink socket that asks nothing and hears what is told to everybody, in groups. */
final class Ear implements AutoCloseable {
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_DONTWAIT = 0x40;

    // linux/netlink.h
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_LISTEN_ALL_NSID = 8;

    /** More than the kernel puts into one message. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    // struct cmsghdr of linux/socket.h, on 64 bits: length, level, type.
    private static final int CONTROL_BYTES = 64;
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;

    private final Libc libc;
    private final ServerLibc server;
    private final int descriptor;
    private final ByteBuffer data = Channel.allocate(RECEIVE_BYTES);
    private final ByteBuffer control = Channel.allocate(CONTROL_BYTES);

    private Ear(Libc libc, ServerLibc server, int descriptor) {
        this.libc = libc;
        this.server = server;
        this.descriptor = descriptor;
    }

    /**
     * What one datagram told.
     *
     * @param namespace the number of the namespace that it is about; null if it is this one
     */
    record News(@Nullable Integer namespace, List<Message> messages) {}

    /** News were lost. */
    static final class DeafException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeafException(String message) {
            super(message);
        }
    }

    /**
     * Opens one in the calling thread's network namespace, for all that have a number in it.
     *
     * @param bufferBytes what may wait to be heard
     */
    static Ear open(
            Libc libc, ServerLibc server, int protocol, List<Integer> groups, int bufferBytes) {
        int descriptor = libc.socket(Channel.AF_NETLINK, Channel.SOCK_RAW_CLOEXEC, protocol);
        try {
            makeRoom(libc, descriptor, bufferBytes);
            libc.setsockopt(descriptor, Channel.SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, number(1));
            int _ = Ports.bind(libc, descriptor);
            for (int group : groups) {
                libc.setsockopt(
                        descriptor, Channel.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, number(group));
            }
            return new Ear(libc, server, descriptor);
        } catch (RuntimeException | Error e) {
            libc.close(descriptor);
            throw e;
        }
    }

    /**
     * The root of a user namespace gets no more than net.core.rmem_max, however much it asks for.
     */
    private static void makeRoom(Libc libc, int descriptor, int bytes) {
        try {
            libc.setsockopt(descriptor, Channel.SOL_SOCKET, SO_RCVBUFFORCE, number(bytes));
        } catch (ErrnoException e) {
            if (e.number() != Errno.EPERM) {
                throw e;
            }
            libc.setsockopt(descriptor, Channel.SOL_SOCKET, SO_RCVBUF, number(bytes));
        }
    }

    private static ByteBuffer number(int value) {
        return Channel.allocate(Integer.BYTES).putInt(0, value);
    }

    int descriptor() {
        return descriptor;
    }

    /**
     * The next news; null if there are none.
     *
     * @throws DeafException if some were lost
     */
    @Nullable News next() {
        control.clear();
        int length;
        try {
            length = server.recvmsg(descriptor, data, control, MSG_DONTWAIT | Channel.MSG_TRUNC);
        } catch (ErrnoException e) {
            if (e.number() == Errno.EAGAIN) {
                return null;
            }
            if (e.number() == Errno.ENOBUFS) {
                throw new DeafException("more was told than there was room for");
            }
            throw e;
        }
        if (length > data.capacity()) {
            throw new DeafException("a message of " + length + " bytes");
        }
        // A copy, since the buffer is used again.
        byte[] datagram = new byte[length];
        data.get(0, datagram);
        return new News(namespace(), Message.parse(ByteBuffer.wrap(datagram)));
    }

    private @Nullable Integer namespace() {
        boolean said =
                control.limit() >= CMSG_DATA + Integer.BYTES
                        && control.getInt(CMSG_LEVEL) == Channel.SOL_NETLINK
                        && control.getInt(CMSG_TYPE) == NETLINK_LISTEN_ALL_NSID;
        return said ? control.getInt(CMSG_DATA) : null;
    }

    @Override
    public void close() {
        libc.close(descriptor);
    }
}

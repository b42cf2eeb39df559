package io.metaplugins.netlink;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor of a netlink socket: numbered requests out, answers in.
 *
 * <p>It is connected to the kernel, so that no other process of the namespace can slip in an
 * answer.
 */
final class Channel implements AutoCloseable {
    // linux/socket.h, asm-generic/socket.h
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW_CLOEXEC = 0x80003;
    static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    static final int MSG_TRUNC = 0x20;

    // linux/netlink.h
    static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;

    /** The kernel never makes a dump's datagram longer, except for a single longer object. */
    private static final int RECEIVE_BYTES = 32 * 1024;

    /** What most requests take, and most batches. */
    private static final int SEND_BYTES = 2 * 1024;

    /** The kernel answers before {@code send} returns; this is for a kernel in deep trouble. */
    private static final int ANSWER_SECONDS = 10;

    /** No descriptor at all: the number that was ours may be another's by now. */
    private static final int CLOSED = -1;

    private final Libc libc;
    private int descriptor;
    private final int port;
    private ByteBuffer sendBuffer = allocate(SEND_BYTES);
    private ByteBuffer receiveBuffer = allocate(RECEIVE_BYTES);
    private int sequence;

    private Channel(Libc libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.port = prepare(libc, descriptor);
    }

    /** Opens one of the protocol of that number ({@code NETLINK_*} of {@code linux/netlink.h}). */
    static Channel open(Libc libc, int protocol) {
        int descriptor = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
        try {
            return new Channel(libc, descriptor);
        } catch (RuntimeException | Error e) {
            libc.close(descriptor);
            throw e;
        }
    }

    /**
     * Without strict checking the kernel ignores a dump's filters and gives everything, and without
     * extended acknowledgements it does not say why it refuses: both are there since Linux 4.20,
     * and we do not start without them.
     */
    private static int prepare(Libc libc, int descriptor) {
        ByteBuffer on = allocate(Integer.BYTES).putInt(0, 1);
        libc.setsockopt(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, on);
        libc.setsockopt(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on);
        libc.setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, on);
        // struct timeval: two longs.
        ByteBuffer timeout = allocate(16).putLong(0, ANSWER_SECONDS);
        libc.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout);
        int own = Ports.bind(libc, descriptor);
        libc.connect(descriptor, Ports.address(Ports.KERNEL));
        return own;
    }

    /**
     * Sends requests as one datagram.
     *
     * @return the number of the first; the others follow
     */
    int send(List<Message> batch, int flagsOfLast) {
        int bytes = 0;
        for (Message request : batch) {
            bytes += request.paddedBytes();
        }
        if (bytes > sendBuffer.capacity()) {
            sendBuffer = allocate(bytes);
        }
        ByteBuffer datagram = sendBuffer.clear();
        int first = sequence + 1;
        int last = sequence + batch.size();
        for (Message request : batch) {
            sequence++;
            request.appendTo(datagram, sequence, sequence == last ? flagsOfLast : 0);
        }
        libc.send(descriptor, datagram.flip());
        return first;
    }

    /**
     * The messages of the next datagram that are for us.
     *
     * @return null if the datagram was longer than our buffer and is lost; there is room for it now
     * @throws ErrnoException if there is none
     */
    @Nullable List<Message> receive() {
        int length = libc.recv(descriptor, receiveBuffer, MSG_TRUNC);
        if (length > receiveBuffer.capacity()) {
            receiveBuffer = allocate(2 * length);
            return null;
        }
        // A copy, since the buffer is used again.
        byte[] datagram = new byte[length];
        receiveBuffer.get(0, datagram);
        List<Message> messages = Message.parse(ByteBuffer.wrap(datagram));
        messages.removeIf(message -> message.port() != port);
        return messages;
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        if (descriptor != CLOSED) {
            libc.close(descriptor);
            descriptor = CLOSED;
        }
    }
}

package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A socket of {@code NETLINK_ROUTE}. It belongs to the network namespace in which it was opened,
 * whichever thread uses it; one exchange at a time.
 *
 * <p>It is connected to the kernel, so that no other process of the namespace can slip in an
 * answer. Answers to a request that was given up are told by their sequence numbers, and dropped.
 */
public final class NetlinkSocket implements AutoCloseable {
    // linux/socket.h, asm-generic/socket.h
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int MSG_TRUNC = 0x20;

    // linux/netlink.h
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSG_MIN_TYPE = 0x10;

    /** The kernel never makes a dump's datagram longer, except for a single longer object. */
    private static final int RECEIVE_BYTES = 32 * 1024;

    private static final int BATCH_BYTES = 32 * 1024;

    /** So that the refusals of all fit into a receive buffer of the default size. */
    private static final int BATCH_MESSAGES = 100;

    private static final int ANSWER_SECONDS = 10;
    private static final int DUMP_ATTEMPTS = 50;

    private final Libc libc;
    private final int descriptor;
    private final int port;
    private ByteBuffer receiveBuffer = allocate(RECEIVE_BYTES);
    private int sequence;
    private boolean closed;

    private NetlinkSocket(Libc libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.port = prepare(libc, descriptor);
    }

    /**
     * Opens a socket in the calling thread's network namespace.
     *
     * @throws ErrnoException if the kernel does not give one, or not with the checks we rely on
     */
    public static NetlinkSocket open(Libc libc) {
        int descriptor = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
        try {
            return new NetlinkSocket(libc, descriptor);
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
        // struct sockaddr_nl: family, padding, port 0 (the kernel), no groups.
        ByteBuffer address = allocate(12).putShort(0, (short) AF_NETLINK);
        libc.connect(descriptor, address);
        libc.getsockname(descriptor, address);
        return address.getInt(4);
    }

    /**
     * Carries out requests in their order, many with one system call. A request that is refused
     * does not stop those behind it.
     *
     * @return the refusals, by the request's place in the list
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized Map<Integer, RefusedException> execute(List<Message> requests) {
        Map<Integer, RefusedException> refusals = new TreeMap<>();
        int from = 0;
        while (from < requests.size()) {
            int to = endOfBatch(requests, from);
            executeBatch(requests.subList(from, to), from, refusals);
            from = to;
        }
        return refusals;
    }

    private static int endOfBatch(List<Message> requests, int from) {
        int bytes = requests.get(from).paddedBytes();
        int to = from + 1;
        while (to < requests.size() && to - from < BATCH_MESSAGES) {
            bytes += requests.get(to).paddedBytes();
            if (bytes > BATCH_BYTES) {
                break;
            }
            to++;
        }
        return to;
    }

    private void executeBatch(
            List<Message> batch, int place, Map<Integer, RefusedException> refusals) {
        int first = sequence + 1;
        try {
            send(batch, Message.NLM_F_ACK);
            awaitLast(first, batch.size(), place, refusals);
        } catch (ErrnoException e) {
            giveUp(e, place, batch.size(), refusals);
        }
    }

    /**
     * The kernel reports each refusal, and a success only where it is asked for: at the end. All
     * has been done by the time that sending returns, so answers that overran the buffer (ENOBUFS)
     * are not on their way any more.
     */
    private void awaitLast(
            int first, int count, int place, Map<Integer, RefusedException> refusals) {
        while (true) {
            for (Message answer : receive()) {
                int number = answer.sequence() - first;
                if (answer.type() != NLMSG_ERROR || number < 0 || number >= count) {
                    continue;
                }
                Acknowledgement acknowledgement = Acknowledgement.parse(answer);
                if (!acknowledgement.isSuccess()) {
                    refusals.put(place + number, acknowledgement.refusal());
                }
                if (number == count - 1) {
                    return;
                }
            }
        }
    }

    /** What became of the rest is unknown, which is not success. */
    private static void giveUp(
            ErrnoException why, int place, int size, Map<Integer, RefusedException> refusals) {
        for (int each = place; each < place + size; each++) {
            refusals.putIfAbsent(
                    each, RefusedException.because(why.number(), "its answer was lost"));
        }
    }

    /**
     * Asks for one object.
     *
     * @throws RefusedException if there is none
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized Message get(Message request) {
        int number = sequence + 1;
        send(List.of(request), 0);
        while (true) {
            for (Message answer : receive()) {
                if (answer.sequence() != number) {
                    continue;
                }
                if (answer.type() == NLMSG_ERROR) {
                    throw Acknowledgement.parse(answer).refusal();
                }
                return answer;
            }
        }
    }

    /**
     * Asks for a list. If it changed while the kernel was telling it, so that an object may be
     * missing or there twice, it is asked for again.
     *
     * @throws RefusedException if the kernel refuses, or the list never stood still (EAGAIN)
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized List<Message> dump(Message request) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            int number = sequence + 1;
            send(List.of(request), 0);
            List<Message> found = new ArrayList<>();
            if (collect(number, found)) {
                return found;
            }
        }
        throw RefusedException.because(
                Errno.EAGAIN, "the list changed " + DUMP_ATTEMPTS + " times while it was read");
    }

    /**
     * Reads a dump to its end, since the kernel starts no other before.
     *
     * @return whether it is whole and consistent
     */
    private boolean collect(int number, List<Message> found) {
        boolean whole = true;
        while (true) {
            int room = receiveBuffer.capacity();
            for (Message answer : receive()) {
                if (answer.sequence() != number) {
                    continue;
                }
                whole &= !answer.has(Message.NLM_F_DUMP_INTR);
                if (answer.type() == NLMSG_ERROR || answer.type() == NLMSG_DONE) {
                    Acknowledgement acknowledgement = Acknowledgement.parse(answer);
                    if (!acknowledgement.isSuccess()) {
                        throw acknowledgement.refusal();
                    }
                    return whole;
                }
                if (answer.type() >= NLMSG_MIN_TYPE) {
                    found.add(answer);
                }
            }
            whole &= room == receiveBuffer.capacity();
        }
    }

    private void send(List<Message> batch, int flagsOfLast) {
        int bytes = 0;
        for (Message request : batch) {
            bytes += request.paddedBytes();
        }
        ByteBuffer datagram = allocate(bytes);
        int last = sequence + batch.size();
        for (Message request : batch) {
            sequence++;
            request.appendTo(datagram, sequence, sequence == last ? flagsOfLast : 0);
        }
        libc.send(descriptor, datagram.flip());
    }

    /**
     * The messages of the next datagram that are for us; a copy, since the buffer is used again.
     */
    private List<Message> receive() {
        int length = libc.recv(descriptor, receiveBuffer, MSG_TRUNC);
        if (length > receiveBuffer.capacity()) {
            receiveBuffer = allocate(2 * length);
            return List.of();
        }
        byte[] datagram = new byte[length];
        receiveBuffer.get(0, datagram);
        List<Message> messages = Message.parse(ByteBuffer.wrap(datagram));
        messages.removeIf(message -> message.port() != port);
        return messages;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            libc.close(descriptor);
        }
    }
}

package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket. It belongs to the network namespace in which it was opened, whichever thread
 * uses it; one exchange at a time. Answers to a request that was given up are told by their
 * numbers, and dropped.
 */
public final class NetlinkSocket implements AutoCloseable {
    // linux/netlink.h
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSG_MIN_TYPE = 0x10;
    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_NETFILTER = 12;

    private static final int BATCH_BYTES = 32 * 1024;

    /** So that the refusals of all fit into a receive buffer of the default size. */
    private static final int BATCH_MESSAGES = 100;

    /** So that the objects asked for fit into it, of some kilobytes each. */
    private static final int BATCH_ANSWERS = 32;

    static final int DUMP_ATTEMPTS = 50;

    /** In the place of a request: the transaction. */
    static final int WHOLE = -1;

    private final Channel channel;

    private NetlinkSocket(Channel channel) {
        this.channel = channel;
    }

    /**
     * Opens a socket of {@code NETLINK_ROUTE} in the calling thread's network namespace.
     *
     * @throws ErrnoException if the kernel does not give one, or not with the checks we rely on
     */
    public static NetlinkSocket open(Libc libc) {
        return new NetlinkSocket(Channel.open(libc, NETLINK_ROUTE));
    }

    /**
     * Opens a socket of {@code NETLINK_NETFILTER} in the calling thread's network namespace.
     *
     * @throws ErrnoException if the kernel does not give one
     */
    public static NetlinkSocket openNetfilter(Libc libc) {
        return new NetlinkSocket(Channel.open(libc, NETLINK_NETFILTER));
    }

    /**
     * Carries out requests in their order, many with one system call. A request that is refused
     * does not stop those behind it.
     *
     * @return the refusals, by the request's place in the list; a request whose answer was lost
     *     counts as refused
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
        try {
            int first = channel.send(batch, Message.NLM_F_ACK);
            awaitLast(first, batch.size(), place, refusals);
        } catch (ErrnoException e) {
            RefusedException lost = RefusedException.because(e.number(), e.call());
            for (int each = place; each < place + batch.size(); each++) {
                refusals.putIfAbsent(each, lost);
            }
        }
    }

    /** The kernel reports each refusal, and a success only where it is asked for: at the end. */
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

    /**
     * Carries out requests all together, or none of them ({@code nfnetlink_rcv_batch()} of the
     * kernel).
     *
     * @param begin the message that opens the transaction
     * @param end the message that closes it
     * @return the refusals, by the request's place in the list; {@link #WHOLE} for one of the
     *     transaction as such; empty if all came about
     * @throws ErrnoException if the kernel cannot be talked to: it is not known what came about
     */
    public synchronized Map<Integer, RefusedException> transact(
            Message begin, List<Message> requests, Message end) {
        List<Message> batch = new ArrayList<>(requests.size() + 2);
        batch.add(begin);
        batch.addAll(requests);
        // The last request is what every kernel acknowledges; the end only since Linux 6.10.
        batch.add(batch.removeLast().withFlags(Message.NLM_F_ACK));
        batch.add(end);
        int first = channel.send(batch, 0) + 1;
        Map<Integer, RefusedException> refusals = new TreeMap<>();
        while (true) {
            for (Message answer : receive()) {
                int number = answer.sequence() - first;
                if (answer.type() != NLMSG_ERROR || number < WHOLE || number >= requests.size()) {
                    continue;
                }
                Acknowledgement acknowledgement = Acknowledgement.parse(answer);
                if (!acknowledgement.isSuccess()) {
                    refusals.put(number, acknowledgement.refusal());
                }
                // Of a transaction that is refused as a whole, no more is told.
                if (number == WHOLE || number == requests.size() - 1) {
                    return refusals;
                }
            }
        }
    }

    /**
     * Asks for one object.
     *
     * @throws RefusedException if there is none
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized Message get(Message request) {
        int number = channel.send(List.of(request), 0);
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
     * Asks for many objects, with few system calls.
     *
     * @return the answers in the order of the requests; null where there is no such object
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized List<@Nullable Message> getEach(List<Message> requests) {
        List<@Nullable Message> answers = new ArrayList<>(requests.size());
        for (int from = 0; from < requests.size(); from += BATCH_ANSWERS) {
            int to = Math.min(from + BATCH_ANSWERS, requests.size());
            int first = channel.send(requests.subList(from, to), 0);
            @Nullable Message[] batch = new @Nullable Message[to - from];
            for (int missing = batch.length; missing > 0; ) {
                for (Message answer : receive()) {
                    int number = answer.sequence() - first;
                    if (number >= 0 && number < batch.length) {
                        batch[number] = answer.type() == NLMSG_ERROR ? null : answer;
                        missing--;
                    }
                }
            }
            answers.addAll(Arrays.asList(batch));
        }
        return answers;
    }

    /** The next answers, of which none may be lost. */
    private List<Message> receive() {
        List<Message> answers = channel.receive();
        if (answers == null) {
            throw new ErrnoException("recv", Errno.EMSGSIZE);
        }
        return answers;
    }

    /**
     * Asks for a list. If it changed while the kernel was telling it, so that an object may be
     * missing or there twice, it is asked for again.
     *
     * @throws RefusedException if the kernel refuses, or the list never stood still (EAGAIN)
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public synchronized Dump dump(Message request) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            Dump dump = collect(channel.send(List.of(request), 0));
            if (dump != null) {
                return dump;
            }
        }
        throw neverStoodStill();
    }

    static RefusedException neverStoodStill() {
        return RefusedException.because(
                Errno.EAGAIN, "the list changed " + DUMP_ATTEMPTS + " times while it was read");
    }

    /**
     * Reads a dump to its end, since the kernel starts no other before.
     *
     * @return null if it is not whole or not consistent
     */
    private @Nullable Dump collect(int number) {
        List<Message> found = new ArrayList<>();
        boolean whole = true;
        int parts = 0;
        while (true) {
            List<Message> answers = channel.receive();
            if (answers == null) {
                whole = false;
                continue;
            }
            int before = found.size();
            Message end = null;
            for (Message answer : answers) {
                if (answer.sequence() != number) {
                    continue;
                }
                whole &= !answer.has(Message.NLM_F_DUMP_INTR);
                if (answer.type() >= NLMSG_MIN_TYPE) {
                    found.add(answer);
                } else if (answer.type() == NLMSG_ERROR || answer.type() == NLMSG_DONE) {
                    end = answer;
                }
            }
            parts += found.size() > before ? 1 : 0;
            if (end != null) {
                requireSuccess(end);
                return whole ? new Dump(found, parts) : null;
            }
        }
    }

    private static void requireSuccess(Message end) {
        Acknowledgement acknowledgement = Acknowledgement.parse(end);
        if (!acknowledgement.isSuccess()) {
            throw acknowledgement.refusal();
        }
    }

    @Override
    public synchronized void close() {
        channel.close();
    }
}

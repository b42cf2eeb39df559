package io.metaplugins.probe;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpAddress;
import io.metaplugins.netns.Netns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A NIC's hold on its Ethernet segment: a packet socket ({@code man 7 packet}) in the NIC's
 * namespace, which sends frames and hears those of others. The kernel's own stack in the namespace
 * neither sees what is sent nor misses what is heard.
 *
 * <p>One is enough for all that there is to ask and tell, and it should be one: the kernel waits
 * for a grace period of RCU when such a socket is closed, 8 to 20 ms.
 *
 * <p>The NIC must be up and have a carrier, else the kernel sends nothing: {@link ErrnoException}
 * {@code ENETDOWN}, or silence.
 */
public final class Segment implements AutoCloseable {
    // linux/socket.h, linux/if_packet.h, linux/if_ether.h
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final short PACKET_MR_MULTICAST = 0;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MAC_BYTES = 6;

    /** {@code ETH_P_ALL} in network byte order: both protocols, for one socket to close. */
    private static final byte[] EVERYTHING = {0, 3};

    /** More than ARP and neighbour discovery need; what is longer is of no interest. */
    private static final int FRAME_BYTES = 2048;

    /** No descriptor at all: the number that was ours may be another's by now. */
    private static final int CLOSED = -1;

    private final Libc libc;
    private final Nic nic;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
    private int descriptor;

    private Segment(Libc libc, Nic nic, int descriptor) {
        this.libc = libc;
        this.nic = nic;
        this.descriptor = descriptor;
    }

    /**
     * Opens the segment of a NIC that is in the namespace.
     *
     * @throws ErrnoException if the kernel does not let us
     */
    public static Segment open(Libc libc, Netns netns, Nic nic) {
        // With a protocol it would hear all NICs until it is bound to one.
        int descriptor = netns.inside(() -> libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0));
        Segment segment = new Segment(libc, nic, descriptor);
        try {
            segment.bind();
            return segment;
        } catch (RuntimeException | Error e) {
            segment.close();
            throw e;
        }
    }

    private void bind() {
        libc.attachFilter(descriptor, Filter.program());
        libc.setsockopt(
                descriptor,
                SOL_PACKET,
                PACKET_IGNORE_OUTGOING,
                allocate(Integer.BYTES).putInt(0, 1));
        // struct sockaddr_ll: family, protocol, index, and 12 bytes that bind(2) does not read.
        ByteBuffer address =
                allocate(20)
                        .putShort(0, (short) AF_PACKET)
                        .put(2, EVERYTHING)
                        .putInt(4, nic.index());
        try {
            libc.bind(descriptor, address);
        } catch (ErrnoException e) {
            throw on(e);
        }
    }

    /** The NIC whose segment it is. */
    public Nic nic() {
        return nic;
    }

    /**
     * Makes the NIC hear a multicast group. The kernel joined the groups of the NIC's addresses,
     * and told switches that look into MLD; a NIC that filters must let pass those that we probe
     * for, be they the kernel's addresses already or not.
     */
    void join(IpAddress group) {
        // struct packet_mreq: index, type, length, address of 8 bytes.
        ByteBuffer request =
                allocate(16)
                        .putInt(0, nic.index())
                        .putShort(4, PACKET_MR_MULTICAST)
                        .putShort(6, (short) MAC_BYTES)
                        .put(8, Ethernet.multicast(group).bytes());
        try {
            libc.setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request);
        } catch (ErrnoException e) {
            throw on(e);
        }
    }

    /**
     * Sends a frame.
     *
     * @return whether it left; a queue that is full loses it, as the segment may
     * @throws ErrnoException if the NIC cannot send
     */
    boolean send(ByteBuffer whole) {
        try {
            libc.send(descriptor, whole);
            return true;
        } catch (ErrnoException e) {
            if (e.number() == Errno.ENOBUFS) {
                return false;
            }
            throw on(e);
        }
    }

    /**
     * Waits for a frame.
     *
     * @param deadline of {@link System#nanoTime}; once it is over only what is there already counts
     * @return whether there is one; without one the deadline may still be to come
     */
    boolean await(long deadline) {
        return libc.poll(descriptor, milliseconds(deadline - System.nanoTime()));
    }

    /**
     * Takes the next frame.
     *
     * @return what it tells about another host; null if there is none, or it is about none
     */
    @Nullable Sighting receive() {
        try {
            int length = libc.recv(descriptor, frame.clear(), MSG_DONTWAIT);
            return Ethernet.read(frame.limit(length), nic);
        } catch (ErrnoException e) {
            if (e.number() == Errno.EAGAIN) {
                return null;
            }
            throw on(e);
        }
    }

    /** Lets time pass. */
    void pause(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - deadline < 0) {
            if (await(deadline)) {
                Sighting _ = receive();
            }
        }
    }

    /** Rounded up, for a wait that ends too early would be followed by many that do not wait. */
    private static int milliseconds(long nanoseconds) {
        return Math.clamp((nanoseconds + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
    }

    private ErrnoException on(ErrnoException e) {
        ErrnoException named = new ErrnoException(e.call() + " on " + nic.name(), e.number());
        named.initCause(e);
        return named;
    }

    private static ByteBuffer allocate(int bytes) {
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

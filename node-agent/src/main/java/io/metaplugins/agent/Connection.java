package io.metaplugins.agent;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One launcher's connection: a message comes in, in as many pieces as it likes, a message goes out,
 * and that is all. A descriptor that comes along is this object's until somebody takes it.
 */
final class Connection implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int UCRED_BYTES = 12;
    private static final int UCRED_UID = 4;
    private static final int CMSG_HEADER_BYTES = 16;
    private static final int CMSG_ALIGNMENT = 8;

    /** The kernel drops, and does not install, descriptors for which there is no room. */
    private static final int CONTROL_BYTES = 24;

    /** A launcher that does not fetch its answer must not keep a thread. */
    private static final int SEND_SECONDS = 5;

    private static final int POLLFD_BYTES = 8;
    private static final int POLLFD_REVENTS = 6;
    private static final int POLLHUP = 0x10;

    private static final int NONE = -1;

    private final Libc libc;
    private final ServerLibc server;
    private final int descriptor;
    private final long deadline;
    private final ByteBuffer control = direct(CONTROL_BYTES);
    private final byte[] header = new byte[Frame.HEADER_BYTES];
    private int headerBytes;
    private Frame.@Nullable Header parsed;
    private byte[] body = {};
    private int bodyBytes;
    private int bodyLength;
    private int passed = NONE;
    private boolean closed;

    /**
     * Takes a connection over.
     *
     * @param deadline {@link System#nanoTime()} by which the message must be here
     */
    Connection(Libc libc, ServerLibc server, int descriptor, long deadline) {
        this.libc = libc;
        this.server = server;
        this.descriptor = descriptor;
        this.deadline = deadline;
        libc.setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_SNDTIMEO,
                direct(2 * Long.BYTES).putLong(0, SEND_SECONDS));
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    int descriptor() {
        return descriptor;
    }

    /** How many bytes of memory what it has said takes. */
    int held() {
        return body.length;
    }

    boolean isOverdue(long now) {
        return now - deadline > 0;
    }

    /** The user that the other end runs as. */
    int peerUid() {
        ByteBuffer credentials = direct(UCRED_BYTES);
        server.getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, credentials);
        return credentials.getInt(UCRED_UID);
    }

    /**
     * Reads what is there.
     *
     * @param room for what comes in, shared by all connections
     * @return the message if it is whole; null if more is to come
     * @throws MalformedFrameException if it is none
     * @throws ErrnoException if the connection is broken
     */
    @Nullable Frame receive(ByteBuffer room) {
        while (true) {
            room.clear().limit(Math.min(room.capacity(), missing()));
            control.clear();
            int length;
            try {
                length = server.recvmsg(descriptor, room, control, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            } catch (ErrnoException e) {
                if (e.number() == Errno.EAGAIN) {
                    return null;
                }
                throw e;
            }
            takePassed();
            if (length == 0) {
                throw new MalformedFrameException("the message ends before its end");
            }
            room.limit(length);
            accept(room);
            if (parsed != null && bodyBytes == bodyLength) {
                return new Frame(parsed.version(), parsed.kind(), Arrays.copyOf(body, bodyLength));
            }
        }
    }

    private int missing() {
        return parsed == null ? Frame.HEADER_BYTES - headerBytes : bodyLength - bodyBytes;
    }

    private void accept(ByteBuffer data) {
        int length = data.remaining();
        if (parsed != null) {
            // Room for what came, and not for what was announced.
            if (bodyBytes + length > body.length) {
                body = Arrays.copyOf(body, Math.min(bodyLength, 2 * (bodyBytes + length)));
            }
            data.get(body, bodyBytes, length);
            bodyBytes += length;
            return;
        }
        data.get(header, headerBytes, length);
        headerBytes += length;
        if (headerBytes == Frame.HEADER_BYTES) {
            parsed = Frame.Header.read(header);
            bodyLength = parsed.length();
        }
    }

    /** {@code struct cmsghdr}: length, level and type, and then the descriptors. */
    private void takePassed() {
        while (control.remaining() >= CMSG_HEADER_BYTES + Integer.BYTES) {
            int start = control.position();
            int length = (int) control.getLong(start);
            boolean rights =
                    control.getInt(start + 8) == SOL_SOCKET
                            && control.getInt(start + 12) == SCM_RIGHTS;
            for (int at = start + CMSG_HEADER_BYTES;
                    rights && at + Integer.BYTES <= start + length;
                    at += Integer.BYTES) {
                keep(control.getInt(at));
            }
            int aligned = (length + CMSG_ALIGNMENT - 1) & -CMSG_ALIGNMENT;
            control.position(Math.min(start + aligned, control.limit()));
        }
    }

    private void keep(int received) {
        if (passed == NONE) {
            passed = received;
        } else {
            libc.close(received);
        }
    }

    /** The descriptor that came along, for the caller to close; negative if none did. */
    synchronized int takeDescriptor() {
        int taken = passed;
        passed = NONE;
        return taken;
    }

    /** Whether the other end is closed altogether, so that nobody waits for an answer. */
    synchronized boolean isAbandoned() {
        ByteBuffer pollfd = direct(POLLFD_BYTES).putInt(0, descriptor);
        return closed
                || (server.poll(pollfd, 0) > 0 && (pollfd.getShort(POLLFD_REVENTS) & POLLHUP) != 0);
    }

    /**
     * Sends the answer and closes the connection, unless that was done before.
     *
     * @throws ErrnoException if the other end does not take it
     */
    synchronized void answer(Frame frame) {
        if (closed) {
            return;
        }
        byte[] bytes = frame.bytes();
        ByteBuffer rest = direct(bytes.length).put(0, bytes);
        try {
            while (rest.hasRemaining()) {
                rest.position(rest.position() + libc.write(descriptor, rest));
            }
        } finally {
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            libc.close(descriptor);
            int unused = takeDescriptor();
            if (unused != NONE) {
                libc.close(unused);
            }
        }
    }
}

package io.metaplugins.agent;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The socket at which launchers knock, and those that have not said all yet. For one thread at a
 * time.
 *
 * <p>The socket is bound beside its place, given to root alone, and renamed: there is no moment at
 * which it is not there, or is another's. It stays when the agent ends, so that a launcher knows
 * that there will be one again, and waits for it.
 */
final class Reception implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Reception.class);

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;

    /** {@code sizeof(struct sockaddr_un)}: the family, and a path with its zero. */
    private static final int ADDRESS_BYTES = 110;

    private static final int BACKLOG = 1024;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int POLLFD_REVENTS = 6;
    private static final int ROOM_BYTES = 64 * 1024;

    /** How often it is said that there is no room. */
    private static final Duration COMPLAINTS = Duration.ofMinutes(1);

    /** For others to give back what there is too little of. */
    private static final Duration BREATH = Duration.ofMillis(20);

    private final Libc libc;
    private final ServerLibc server;
    private final int descriptor;
    private final Limits limits;
    private final int ownUid;
    private final List<Connection> incomplete = new ArrayList<>();
    private final ByteBuffer room = direct(ROOM_BYTES);
    private final ByteBuffer pollfds;
    private @Nullable Long complained;

    /**
     * How much is put up with.
     *
     * @param connections that have not said all; the oldest goes when there are more
     * @param bytes of what these have said; the oldest goes when there are more
     * @param silence how long one has for its message
     */
    record Limits(int connections, int bytes, Duration silence) {}

    private Reception(Libc libc, ServerLibc server, int descriptor, Limits limits, int ownUid) {
        this.libc = libc;
        this.server = server;
        this.descriptor = descriptor;
        this.limits = limits;
        this.ownUid = ownUid;
        this.pollfds = direct((limits.connections() + 1) * POLLFD_BYTES);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Opens the socket, in the place of any that is there.
     *
     * @throws IOException if its file cannot be made
     * @throws ErrnoException if the kernel gives no socket
     */
    static Reception open(Libc libc, ServerLibc server, Path path, Limits limits)
            throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        int descriptor = libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        try {
            libc.bind(descriptor, address(fresh));
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            int uid = (Integer) Files.getAttribute(fresh, "unix:uid");
            server.listen(descriptor, BACKLOG);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            return new Reception(libc, server, descriptor, limits, uid);
        } catch (IOException | RuntimeException e) {
            libc.close(descriptor);
            throw e;
        }
    }

    private static ByteBuffer address(Path path) {
        byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
        if (text.length > ADDRESS_BYTES - 3) {
            throw new IllegalArgumentException(path + " is too long for a socket");
        }
        return direct(ADDRESS_BYTES).putShort(0, (short) AF_UNIX).put(2, text);
    }

    /**
     * Waits for a whole message.
     *
     * @return null if none came within the time
     */
    @Nullable Arrival next(Duration patience) {
        dropOverdue();
        pollfds.clear();
        put(descriptor);
        incomplete.forEach(connection -> put(connection.descriptor()));
        pollfds.flip();
        if (server.poll(pollfds, (int) patience.toMillis()) == 0) {
            return null;
        }
        for (Connection connection : ready()) {
            Arrival arrival = receive(connection);
            if (arrival != null) {
                return arrival;
            }
        }
        return isReady(0) ? admit() : null;
    }

    private void put(int polled) {
        pollfds.putInt(polled).putShort(POLLIN).putShort((short) 0);
    }

    private boolean isReady(int index) {
        return pollfds.getShort(index * POLLFD_BYTES + POLLFD_REVENTS) != 0;
    }

    private List<Connection> ready() {
        List<Connection> ready = new ArrayList<>();
        for (int index = 0; index < incomplete.size(); index++) {
            if (isReady(index + 1)) {
                ready.add(incomplete.get(index));
            }
        }
        return ready;
    }

    private @Nullable Arrival admit() {
        Connection connection;
        try {
            long deadline = System.nanoTime() + limits.silence().toNanos();
            connection = new Connection(libc, server, server.accept(descriptor), deadline);
        } catch (ErrnoException e) {
            if (e.number() != Errno.EAGAIN) {
                full(e);
            }
            return null;
        }
        int uid = connection.peerUid();
        if (uid != 0 && uid != ownUid) {
            log.warn("user {} knocked, and was not let in", uid);
            connection.close();
            return null;
        }
        if (incomplete.size() == limits.connections()) {
            dropOldest();
        }
        incomplete.add(connection);
        return receive(connection);
    }

    /**
     * No descriptors are left, or no memory: who knocked stays in the backlog, and poll(2) says so
     * again at once.
     */
    private void full(ErrnoException why) {
        long now = System.nanoTime();
        if (complained == null || now - complained > COMPLAINTS.toNanos()) {
            complained = now;
            log.warn("launchers have to wait: {}", why.getMessage());
        }
        if (incomplete.isEmpty()) {
            LockSupport.parkNanos(BREATH.toNanos());
        } else {
            dropOldest();
        }
    }

    private void dropOldest() {
        log.debug("{} connections have not said all: the oldest goes", incomplete.size());
        incomplete.removeFirst().close();
    }

    /** Reads what is there; who has said all, or nothing that can be understood, is let go. */
    private @Nullable Arrival receive(Connection connection) {
        try {
            Frame frame = connection.receive(room);
            if (frame == null) {
                while (incomplete.stream().mapToLong(Connection::held).sum() > limits.bytes()) {
                    dropOldest();
                }
                return null;
            }
            incomplete.remove(connection);
            return new Arrival(connection, frame);
        } catch (MalformedFrameException e) {
            refuse(connection, e);
        } catch (ErrnoException e) {
            log.debug("a connection broke: {}", e.getMessage());
            connection.close();
        }
        incomplete.remove(connection);
        return null;
    }

    private static void refuse(Connection connection, MalformedFrameException why) {
        log.debug("refused: {}", why.getMessage());
        try {
            connection.answer(
                    Refusal.MALFORMED.frame(Frame.OLDEST, String.valueOf(why.getMessage())));
        } catch (ErrnoException e) {
            log.debug("nobody waits for the refusal: {}", e.getMessage());
        }
    }

    private void dropOverdue() {
        long now = System.nanoTime();
        for (Connection connection : List.copyOf(incomplete)) {
            if (connection.isOverdue(now)) {
                connection.close();
                incomplete.remove(connection);
            }
        }
    }

    @Override
    public void close() {
        incomplete.forEach(Connection::close);
        incomplete.clear();
        libc.close(descriptor);
    }
}

package io.metaplugins.netns;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace, held open by a descriptor: it lives at least as long as this object.
 *
 * <h2>Threads and namespaces</h2>
 *
 * A namespace belongs to a thread and not to a process, and Java hides its threads. Hence:
 *
 * <ul>
 *   <li>{@link #inside} moves the calling thread in and back again around a piece of code, and
 *       nothing else in the project moves a thread. What runs inside is short: opening a socket,
 *       which then belongs to this namespace whichever thread uses it, or a setting in {@code
 *       /proc/sys}, which shows the namespace of the thread that looks.
 *   <li>A thread that is <em>started</em> inside inherits the namespace and stays in it: a new
 *       thread of an executor, and of the common pool too. So nothing inside may start one,
 *       parallel streams and asynchronous completions included.
 *   <li>A virtual thread changes its carrier whenever it waits, and its carrier serves others: it
 *       is refused.
 *   <li>A thread that cannot go back is lost ({@link StrandedThreadError}).
 *   <li>{@code /sys/class/net} shows the namespace in which {@code /sys} was mounted, and {@link
 *       java.net.NetworkInterface} that of the calling thread: neither tells about this one.
 * </ul>
 */
public final class Netns implements AutoCloseable {
    /** {@code NSFS_MAGIC} of {@code linux/magic.h}. */
    private static final long NSFS_MAGIC = 0x6e736673;

    /** {@code NS_GET_NSTYPE} of {@code linux/nsfs.h}. */
    private static final long NS_GET_NSTYPE = 0xb703;

    /** {@code CLONE_NEWNET} of {@code linux/sched.h}. */
    private static final int CLONE_NEWNET = 0x40000000;

    /** {@code O_RDONLY|O_NONBLOCK|O_CLOEXEC}: a FIFO at the path must not keep us waiting. */
    private static final int OPEN_FLAGS = 0x80800;

    private static final String OWN = "/proc/thread-self/ns/net";

    private final Libc libc;
    private final int descriptor;
    private final String name;
    private final long id;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Netns(Libc libc, int descriptor, String name, long id) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.name = name;
        this.id = id;
    }

    /**
     * Opens the namespace at a path, as {@code CNI_NETNS} names it.
     *
     * @throws NetnsException if there is nothing at the path, or no network namespace, or it cannot
     *     be told
     */
    public static Netns open(Libc libc, Path path) {
        return adopt(libc, descriptor(libc, path.toString()), path.toString(), Netns::prove);
    }

    /** Opens the namespace that the calling thread is in. */
    public static Netns current(Libc libc) {
        return adopt(
                libc, descriptor(libc, OWN), OWN, (_, descriptor, _) -> libc.inode(descriptor));
    }

    /**
     * Takes over a descriptor that came from elsewhere; it is closed with this object, and at once
     * if it is refused.
     *
     * @throws NetnsException if it is not a network namespace's
     */
    public static Netns ofDescriptor(Libc libc, int descriptor) {
        return ofDescriptor(libc, descriptor, "descriptor " + descriptor);
    }

    /**
     * The same, with what to call it.
     *
     * @param name for messages: where it came from
     */
    public static Netns ofDescriptor(Libc libc, int descriptor, String name) {
        return adopt(libc, descriptor, name, Netns::prove);
    }

    private static int descriptor(Libc libc, String path) {
        try {
            return libc.open(path, OPEN_FLAGS);
        } catch (ErrnoException e) {
            throw new NetnsException(
                    "network namespace " + path + " cannot be opened: " + e.errno(),
                    e,
                    saysGone(e.number()));
        }
    }

    /** ENXIO is of what has no other side any more, ESRCH of a process that has ended. */
    private static boolean saysGone(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ESRCH, Errno.ENXIO -> true;
            default -> false;
        };
    }

    /** How the number of a descriptor's namespace is found. */
    private interface Numbering {
        long of(Libc libc, int descriptor, String name);
    }

    private static Netns adopt(Libc libc, int descriptor, String name, Numbering numbering) {
        try {
            return new Netns(libc, descriptor, name, numbering.of(libc, descriptor, name));
        } catch (RuntimeException | Error e) {
            libc.close(descriptor);
            throw e;
        }
    }

    /** The request is for nsfs alone: on a device it could mean anything. */
    private static long prove(Libc libc, int descriptor, String name) {
        try {
            if (libc.fileSystem(descriptor) == NSFS_MAGIC
                    && libc.ioctl(descriptor, NS_GET_NSTYPE) == CLONE_NEWNET) {
                return libc.inode(descriptor);
            }
        } catch (ErrnoException e) {
            throw new NetnsException(
                    name + " cannot be examined for being a network namespace: " + e.errno(), e);
        }
        throw new NetnsException(name + " is not a network namespace");
    }

    /** The descriptor that holds the namespace, as {@code IFLA_NET_NS_FD} takes it. */
    public int descriptor() {
        return descriptor;
    }

    /** The number that {@code /proc/PID/ns/net} shows: {@code net:[4026531840]}. */
    public long id() {
        return id;
    }

    /** Whether both are the same namespace, by whichever path they were opened. */
    public boolean isSameAs(Netns other) {
        return id == other.id;
    }

    /**
     * Runs something with the calling thread inside this namespace. What it throws is passed on,
     * after going back.
     *
     * @throws IllegalStateException if the calling thread is virtual, or this object closed
     * @throws NetnsException if the thread may not go in
     * @throws StrandedThreadError if it could not go back: the thread must end
     */
    public <T> T inside(Supplier<T> task) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot enter a network namespace");
        }
        if (closed.get()) {
            throw new IllegalStateException(this + " is closed");
        }
        try (Netns home = current(libc)) {
            return isSameAs(home) ? task.get() : runAway(home, task);
        }
    }

    private <T> T runAway(Netns home, Supplier<T> task) {
        try {
            libc.setns(descriptor, CLONE_NEWNET);
        } catch (ErrnoException e) {
            throw new NetnsException(this + " cannot be entered: " + e.errno(), e);
        }
        T made = null;
        try {
            made = task.get();
            return made;
        } finally {
            goBack(home, made);
        }
    }

    private void goBack(Netns home, @Nullable Object made) {
        try {
            libc.setns(home.descriptor, CLONE_NEWNET);
        } catch (ErrnoException e) {
            StrandedThreadError error =
                    new StrandedThreadError(
                            "thread "
                                    + Thread.currentThread().getName()
                                    + " is stranded in "
                                    + this
                                    + ": "
                                    + e.errno(),
                            e);
            if (made instanceof AutoCloseable socket) {
                abandon(socket, error);
            }
            throw error;
        }
    }

    /** A socket that nobody gets would hold the namespace for as long as the process lives. */
    private static void abandon(AutoCloseable socket, StrandedThreadError error) {
        try {
            socket.close();
        } catch (Exception e) {
            error.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            libc.close(descriptor);
        }
    }

    @Override
    public String toString() {
        return "network namespace " + name;
    }
}

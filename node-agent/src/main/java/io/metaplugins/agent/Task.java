package io.metaplugins.agent;

import io.metaplugins.libc.ErrnoException;
import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Something to be done for a container, now or when it is its turn. */
final class Task {
    private static final Logger log = LogManager.getLogger(Task.class);

    private final String container;
    private final int size;
    private final @Nullable Connection connection;
    private final Runnable work;
    private final boolean isPatient;
    private final long since = System.nanoTime();
    private boolean started;
    private boolean givenUp;

    /**
     * Nothing is done yet.
     *
     * @param container whose turn it needs; empty if nobody's
     * @param size bytes of memory that it takes
     * @param connection where the answer is waited for; null if nowhere
     */
    Task(String container, int size, @Nullable Connection connection, Runnable work) {
        this(container, size, connection, work, /* isPatient= */ false);
    }

    private Task(
            String container,
            int size,
            @Nullable Connection connection,
            Runnable work,
            boolean isPatient) {
        this.container = container;
        this.size = size;
        this.connection = connection;
        this.work = work;
        this.isPatient = isPatient;
    }

    /**
     * Something that nobody's turn is needed for, and that a person waits for as long as it takes.
     */
    static Task forPerson(int size, Connection connection, Runnable work) {
        return new Task("", size, connection, work, /* isPatient= */ true);
    }

    String container() {
        return container;
    }

    int size() {
        return size;
    }

    /**
     * Does it, unless its launcher was sent away before.
     *
     * @return false if the thread cannot be used any more
     */
    boolean run() {
        synchronized (this) {
            if (givenUp) {
                return true;
            }
            started = true;
        }
        try {
            work.run();
            return true;
        } catch (RuntimeException e) {
            log.error("a request ended without an answer: {}", e, e);
            return true;
        } catch (Error e) { // Stranded in a pod, or out of memory: those who wait must not hang.
            log.error("a request ended its thread, and without an answer: {}", e, e);
            return false;
        } finally {
            if (connection != null) {
                connection.close();
            }
        }
    }

    boolean isLate(Duration limit) {
        return !isPatient && System.nanoTime() - since > limit.toNanos();
    }

    synchronized boolean isStarted() {
        return started;
    }

    /**
     * Has the launcher come again.
     *
     * @return false if that was done before
     */
    synchronized boolean giveUp(String why) {
        if (givenUp) {
            return false;
        }
        givenUp = true;
        refuse(why);
        return true;
    }

    void refuse(String why) {
        if (connection != null) {
            try {
                connection.answer(Refusal.BUSY.frame(Frame.OLDEST, why));
            } catch (ErrnoException e) {
                log.info("nobody waits for the refusal: {}", e.getMessage());
            }
        }
    }
}

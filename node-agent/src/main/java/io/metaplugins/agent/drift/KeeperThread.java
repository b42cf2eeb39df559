package io.metaplugins.agent.drift;

import io.metaplugins.netns.StrandedThreadError;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a keeper. One that is stranded in a pod ends ({@link StrandedThreadError}), and
 * another takes its place. Where there can be no keeper, for what the kernel lacks or does not
 * allow, there is none until there can: pods do not wait for who looks after them.
 */
public final class KeeperThread implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(KeeperThread.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final long AGAIN = Duration.ofMinutes(1).toNanos();

    private final Supplier<Keeper> opening;
    private final LongSupplier clock;
    private volatile @Nullable Keeper keeper;
    private volatile String problem = "";
    private @Nullable Thread thread;
    private long tried;

    private KeeperThread(Supplier<Keeper> opening, LongSupplier clock) {
        this.opening = opening;
        this.clock = clock;
    }

    /**
     * Starts it, in the namespace of the calling thread, which is the node's.
     *
     * @param opening of the keeper, in the calling thread; throws if there can be none
     */
    public static KeeperThread start(Supplier<Keeper> opening) {
        return start(opening, System::nanoTime);
    }

    static KeeperThread start(Supplier<Keeper> opening, LongSupplier clock) {
        KeeperThread started = new KeeperThread(opening, clock);
        started.open();
        return started;
    }

    private void open() {
        tried = clock.getAsLong();
        try {
            Keeper opened = opening.get();
            keeper = opened;
            problem = "";
            run(opened);
        } catch (RuntimeException e) {
            String text = String.valueOf(e.getMessage());
            if (!text.equals(problem)) {
                log.error("nobody looks after attachments: {}", text);
            }
            problem = text;
        }
    }

    private void run(Keeper opened) {
        Thread fresh = new Thread(opened, "keeper");
        fresh.setDaemon(true);
        thread = fresh;
        fresh.start();
    }

    /** Sees to it that it runs; to be called now and then, by the thread that started it. */
    public void supervise() {
        Keeper opened = keeper;
        if (opened == null) {
            if (clock.getAsLong() - tried >= AGAIN) {
                open();
            }
        } else if (thread == null || !thread.isAlive()) {
            log.error("the thread that looks after attachments ended, and is replaced");
            run(opened);
        }
    }

    /** Why nobody looks after attachments; empty if somebody does. */
    public String problem() {
        return problem;
    }

    /** What was found and done. */
    public Tally tally() {
        Keeper opened = keeper;
        return opened == null ? new Tally() : opened.tally();
    }

    /** Whether it has been at the same thing for that long. */
    public boolean isAwayFor(Duration time) {
        Keeper opened = keeper;
        return opened != null && opened.isAwayFor(time);
    }

    /** Has it finish what it is at. */
    @Override
    public void close() {
        Keeper opened = keeper;
        Thread running = thread;
        if (opened == null || running == null) {
            return;
        }
        opened.stop();
        try {
            if (running.join(PATIENCE)) {
                opened.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

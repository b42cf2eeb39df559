package io.metaplugins.agent.drift;

import io.metaplugins.netns.StrandedThreadError;
import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The thread of a keeper. One that is stranded in a pod ends ({@link StrandedThreadError}), and
 * another takes its place.
 */
public final class KeeperThread implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(KeeperThread.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Keeper keeper;
    private Thread thread;

    private KeeperThread(Keeper keeper) {
        this.keeper = keeper;
        this.thread = newThread();
    }

    /** Starts it, in the namespace of the calling thread, which is the node's. */
    public static KeeperThread start(Keeper keeper) {
        KeeperThread started = new KeeperThread(keeper);
        started.thread.start();
        return started;
    }

    private Thread newThread() {
        Thread fresh = new Thread(keeper, "keeper");
        fresh.setDaemon(true);
        return fresh;
    }

    /** Sees to it that it runs; to be called now and then. */
    public void supervise() {
        if (!thread.isAlive()) {
            log.error("the thread that looks after attachments ended, and is replaced");
            thread = newThread();
            thread.start();
        }
    }

    /** Has it finish what it is at. */
    @Override
    public void close() {
        keeper.stop();
        boolean ended = false;
        try {
            ended = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            keeper.close();
        }
    }
}

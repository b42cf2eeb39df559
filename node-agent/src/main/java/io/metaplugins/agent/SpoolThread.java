package io.metaplugins.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Looks for what launchers left, again and again, on a thread of its own: what is there may have to
 * wait for another process, and neither the end of the agent nor its supervision waits with it.
 */
final class SpoolThread {
    private static final Logger log = LogManager.getLogger(SpoolThread.class);
    private static final Duration ROUND = Duration.ofMillis(500);

    private final Runnable look;
    private final CountDownLatch stop = new CountDownLatch(1);
    private Thread thread;

    private SpoolThread(Runnable look) {
        this.look = look;
        this.thread = newThread();
    }

    /** Starts to look, in the namespace of the calling thread, which is the node's. */
    static SpoolThread start(Runnable look) {
        SpoolThread started = new SpoolThread(look);
        started.thread.start();
        return started;
    }

    private Thread newThread() {
        Thread fresh = new Thread(this::run, "spool");
        fresh.setDaemon(true);
        return fresh;
    }

    private void run() {
        try {
            while (!stop.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                look.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sees to it that it runs; to be called now and then. */
    void supervise() {
        if (!thread.isAlive()) {
            log.error("the thread that carries out the spool ended, and is replaced");
            thread = newThread();
            thread.start();
        }
    }

    /** Has it not look again. */
    void stop() {
        stop.countDown();
    }

    /** Waits until it has ended, which is when what it is at is done. */
    void join() throws InterruptedException {
        thread.join();
    }
}

package io.metaplugins.agent;

import io.metaplugins.agent.Turns.Turn;
import io.metaplugins.netns.StrandedThreadError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that serve launchers.
 *
 * <h2>Leader and followers</h2>
 *
 * One thread, the leader, waits at the reception. When a message is whole it hands the lead to
 * another thread and carries the request out itself: between a launcher's message and its answer
 * there is no change of thread, which would take as long as the request. When all threads are at
 * work nobody is at the reception, and launchers wait in the socket's backlog.
 *
 * <p>What is asked for one container is done in its order ({@link Turns}); the order is that of the
 * reception, so a turn is taken before the lead is handed on.
 *
 * <p>A request that takes too long is not broken off, for nobody can say in which state: its
 * launcher is told to come again, another thread takes the place of the one that is late, and what
 * is asked for the same container goes on waiting until it, too, is late.
 */
final class Server implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Server.class);

    /** How long a leader looks away from whether it is still wanted. */
    private static final Duration GLANCE = Duration.ofMillis(100);

    private static final int MOST_WAITING = 1024;
    private static final long MOST_WAITING_BYTES = 8 << 20;

    private final Reception reception;
    private final Service service;
    private final Settings settings;
    private final ReentrantLock lead = new ReentrantLock();
    private final Turns<Task> turns = new Turns<>(MOST_WAITING, MOST_WAITING_BYTES);
    private final List<Task> tasks = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean closing;
    private volatile long looked = System.nanoTime();

    /** Starts to serve. */
    Server(Reception reception, Service service, Settings settings) {
        this.reception = reception;
        this.service = service;
        this.settings = settings;
        for (int number = 0; number < settings.threads(); number++) {
            hire();
        }
    }

    private void hire() {
        Thread thread = new Thread(this::serve, "worker-" + (threads.size() + 1));
        threads.add(thread);
        thread.start();
    }

    private void serve() {
        try {
            while (!closing) {
                Task task = lead();
                if (task != null && (!carryOut(task) || isReplaced())) {
                    return;
                }
            }
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    /** Who was late has come back, and another one has taken its place. */
    private boolean isReplaced() {
        synchronized (threads) {
            return threads.size() > settings.threads() && threads.remove(Thread.currentThread());
        }
    }

    /** Waits for the lead and then for a message; gives what is to be done now, if something is. */
    private @Nullable Task lead() {
        lead.lock();
        try {
            looked = System.nanoTime();
            Arrival arrival = closing ? null : reception.next(GLANCE);
            return arrival == null ? null : admit(arrival);
        } finally {
            lead.unlock();
        }
    }

    private @Nullable Task admit(Arrival arrival) {
        int version = arrival.frame().version();
        if (version < Frame.OLDEST || version > Frame.NEWEST) {
            Service.answer(
                    arrival,
                    Refusal.UNKNOWN_VERSION.frame(
                            version, "version " + version + " of the framing is not known"));
            return null;
        }
        try {
            return inTurn(service.task(arrival));
        } catch (MalformedFrameException e) {
            Service.answer(
                    arrival, Refusal.MALFORMED.frame(version, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private @Nullable Task inTurn(Task task) {
        return switch (turns.come(task.container(), task, task.size())) {
            case NOW -> task;
            case LATER -> {
                tasks.add(task);
                yield null;
            }
            case NEVER -> {
                task.refuse("too many requests are waiting");
                yield null;
            }
        };
    }

    /**
     * Carries out what the thread has got the turn for, and what has come for the same container
     * meanwhile.
     *
     * @return false if the thread must end
     */
    private boolean carryOut(Task first) {
        tasks.add(first);
        boolean fit = true;
        for (Task task = first; task != null; task = turns.next(task.container())) {
            try {
                if (fit) {
                    fit = task.run();
                } else {
                    boolean _ = task.giveUp("the thread that was to do it is lost");
                }
            } finally {
                tasks.remove(task);
            }
        }
        return fit;
    }

    /**
     * Does something for a container that no launcher waits for, when it is its turn; on this
     * thread or, if another one is at work for the container, on that one.
     *
     * @return false if it is not done: this drains, or too much is waiting
     * @throws StrandedThreadError if the thread must end
     */
    boolean perform(String container, Runnable work) {
        Task task = new Task(container, 0, null, work);
        Turn turn = closing ? Turn.NEVER : turns.come(container, task, task.size());
        if (turn == Turn.NOW && !carryOut(task)) {
            throw new StrandedThreadError(
                    "thread " + Thread.currentThread().getName() + " cannot be used any more");
        }
        return turn != Turn.NEVER;
    }

    /** Sends away the launchers whose requests take too long. To be called from time to time. */
    void supervise() {
        for (Task task : tasks) {
            if (task.isLate(settings.requestTime()) && task.giveUp("the request takes too long")) {
                log.warn("a request for container '{}' takes too long", task.container());
                if (task.isStarted() && threads.size() < 2 * settings.threads()) {
                    hire();
                }
            }
        }
        for (int missing = settings.threads() - threads.size();
                missing > 0 && !closing;
                missing--) {
            hire();
        }
    }

    /** Whether nobody has been at the reception for that long. */
    boolean isAwayFor(Duration time) {
        return System.nanoTime() - looked > time.toNanos();
    }

    /** How many threads serve. */
    int threads() {
        return threads.size();
    }

    /** How many requests wait for others of their container. */
    int depth() {
        return turns.depth();
    }

    /**
     * Serves what has come, and nobody else. Launchers that wait longer than the patience are sent
     * to the next agent; returns when all threads have ended, whenever that is.
     */
    void drain(Duration patience) {
        closing = true;
        try {
            if (!awaitEnd(patience)) {
                for (Task task : tasks) {
                    if (task.giveUp("the agent ends")) {
                        log.warn("a request for container '{}' is not done", task.container());
                    }
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitEnd(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            Duration rest = Duration.ofNanos(deadline - System.nanoTime());
            if (!rest.isPositive() || !thread.join(rest)) {
                return false;
            }
        }
        return true;
    }

    /** What is at work then is broken off, as when the process is killed. */
    @Override
    public void close() {
        closing = true;
        reception.close();
    }
}

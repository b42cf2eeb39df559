package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Namespace;
import io.metaplugins.netlink.Touched;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked at, and when. One change brings many news, and who makes one often makes
 * another: it is waited until there is quiet, but not for long. All times are of a clock that
 * nobody sets, in nanoseconds.
 */
final class Agenda {
    private static final long QUIET = Duration.ofMillis(50).toNanos();
    private static final long LATEST = Duration.ofMillis(300).toNanos();

    private final Map<Namespace, Wait> pods = new HashMap<>();

    /**
     * What was just made is as it was wished, and many pods come and go at once: those that stay
     * are looked at.
     */
    private static final long STAYS = Duration.ofMillis(250).toNanos();

    private final Map<Namespace, Long> fresh = new HashMap<>();
    private final Map<AttachmentId, Long> again = new HashMap<>();
    private final Touched touched =
            new Touched(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    private @Nullable Wait node;
    private long nodeNotBefore = Long.MIN_VALUE;
    private long everything;

    /**
     * Starts with a look at everything.
     *
     * @param now so late it is
     */
    Agenda(long now) {
        this.everything = now;
    }

    /** From the first news to the last. */
    private record Wait(long first, long last) {
        static Wait longer(@Nullable Wait wait, long now) {
            return new Wait(wait == null ? now : wait.first, now);
        }

        long end() {
            return Math.min(last + QUIET, first + LATEST);
        }
    }

    void pod(Namespace pod, long now) {
        pods.put(pod, Wait.longer(pods.get(pod), now));
    }

    void fresh(Namespace pod, long now) {
        fresh.putIfAbsent(pod, now + STAYS);
    }

    void node(Touched news, long now) {
        touched.add(news);
        node = Wait.longer(node, now);
    }

    void again(AttachmentId id, long when) {
        again.merge(id, when, Math::min);
    }

    /** A look at everything, unless one is due before. */
    void everything(long when) {
        everything = Math.min(everything, when);
    }

    /** Whether it is time for a look at everything, which then makes all others needless. */
    boolean takeEverything(long now, long next) {
        if (everything > now) {
            return false;
        }
        everything = next;
        pods.clear();
        fresh.clear();
        takeNode();
        return true;
    }

    Set<Namespace> takePods(long now) {
        Set<Namespace> due = new HashSet<>();
        pods.forEach((pod, wait) -> {
            if (wait.end() <= now) {
                due.add(pod);
            }
        });
        pods.keySet().removeAll(due);
        return due;
    }

    Set<Namespace> takeFresh(long now) {
        return takeDue(fresh, now);
    }

    private static <T> Set<T> takeDue(Map<T, Long> times, long now) {
        Set<T> due = new HashSet<>();
        times.forEach((one, when) -> {
            if (when <= now) {
                due.add(one);
            }
        });
        times.keySet().removeAll(due);
        return due;
    }

    /** What was touched of the node; null if it is not the time. */
    @Nullable Touched takeNode(long now) {
        boolean due = node != null && node.end() <= now && nodeNotBefore <= now;
        return due ? takeNode() : null;
    }

    private Touched takeNode() {
        Touched taken =
                new Touched(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        taken.add(touched);
        touched.answers().clear();
        touched.links().clear();
        touched.indices().clear();
        touched.neighbours().clear();
        node = null;
        return taken;
    }

    /** Who changes the node without end is not to have us look at it without end. */
    void restFromNode(long until) {
        nodeNotBefore = until;
    }

    Set<AttachmentId> takeAgain(long now) {
        return takeDue(again, now);
    }

    /** When the next is due. */
    long next() {
        long next = everything;
        if (node != null) {
            next = Math.min(next, Math.max(node.end(), nodeNotBefore));
        }
        for (Wait wait : pods.values()) {
            next = Math.min(next, wait.end());
        }
        for (long when : fresh.values()) {
            next = Math.min(next, when);
        }
        for (long when : again.values()) {
            next = Math.min(next, when);
        }
        return next;
    }
}

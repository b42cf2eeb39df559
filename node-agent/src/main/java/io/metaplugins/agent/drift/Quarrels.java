package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who else claims the same things. What has to be put right again and again is another's wish: from
 * then on it is put right ever more seldom, until it stays. All times are of a clock that nobody
 * sets, in nanoseconds.
 */
final class Quarrels {
    /** So often within a {@link #MINUTE}, and it is nobody's mistake. */
    static final int TOLERATED = 3;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long FIRST_WAIT = Duration.ofSeconds(2).toNanos();
    private static final long LONGEST_WAIT = Duration.ofMinutes(5).toNanos();

    private final Map<Claim, Quarrel> quarrels = new HashMap<>();

    /**
     * What is claimed.
     *
     * @param id by whom; null if by all pods
     */
    record Claim(@Nullable AttachmentId id, Statement statement) {
        static Claim of(AttachmentId id, Statement statement) {
            return new Claim(statement.lifetime() == Lifetime.NODE ? null : id, statement);
        }
    }

    /** What follows from another attempt. */
    enum Verdict {
        /** It may be a mistake. */
        TOLERATED,
        /** From now on it is put right more seldom. */
        BEGUN,
        /** Still. */
        GOES_ON
    }

    private static final class Quarrel {
        private final Deque<Long> attempts = new ArrayDeque<>();
        private long wait;
        private long until = Long.MIN_VALUE;

        boolean isOver(long now) {
            long since = attempts.isEmpty() ? until : Math.max(until, attempts.getLast());
            return now - since > Math.max(MINUTE, 2 * wait);
        }
    }

    /** Whether the time to put it right again has not come yet. */
    boolean waits(Claim claim, long now) {
        Quarrel quarrel = quarrels.get(claim);
        return quarrel != null && quarrel.wait > 0 && now < quarrel.until;
    }

    /** When it may be put right again. */
    long until(Claim claim) {
        Quarrel quarrel = quarrels.get(claim);
        return quarrel == null ? Long.MIN_VALUE : quarrel.until;
    }

    /** It was put right, or tried to. */
    Verdict attempt(Claim claim, long now) {
        quarrels.values().removeIf(each -> each.isOver(now));
        Quarrel quarrel = quarrels.computeIfAbsent(claim, _ -> new Quarrel());
        quarrel.attempts.add(now);
        while (now - quarrel.attempts.getFirst() > MINUTE) {
            quarrel.attempts.removeFirst();
        }
        if (quarrel.wait == 0 && quarrel.attempts.size() <= TOLERATED) {
            return Verdict.TOLERATED;
        }
        boolean begins = quarrel.wait == 0;
        quarrel.wait = begins ? FIRST_WAIT : Math.min(2 * quarrel.wait, LONGEST_WAIT);
        quarrel.until = now + quarrel.wait;
        return begins ? Verdict.BEGUN : Verdict.GOES_ON;
    }
}

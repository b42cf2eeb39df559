package io.metaplugins.probe;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.IpAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks for several addresses at once, in rounds on one time line, until each was seen or the time
 * is up:
 *
 * <pre>
 * |‹delay› round 1      |‹delay› round 2      |‹delay› round 3      |
 * 0                  interval             2 intervals            the end
 * </pre>
 *
 * Each round asks for the addresses that are still open, and the first one for all: another host
 * that was heard to probe for an address must hear of us too. All the time is spent listening.
 */
final class Inquiry {
    /** More frames than a receive buffer of the default size holds. */
    private static final int GREATEST_BACKLOG = 512;

    private final Segment segment;
    private final Pace pace;
    private final Predicate<Sighting> counts;
    private final Map<IpAddress, Sighting> seen = new LinkedHashMap<>();
    private Map<IpAddress, ByteBuffer> open = Map.of();

    /**
     * @param counts which of the sightings of an address are an answer
     */
    Inquiry(Segment segment, Pace pace, Predicate<Sighting> counts) {
        this.segment = segment;
        this.pace = pace;
        this.counts = counts;
    }

    /**
     * Puts the questions.
     *
     * @param questions the frame to send, by the address it asks for
     * @param greatestDelay of a round in its interval, nanoseconds, and at most half of it: the
     *     other half is for the answer
     * @return the first answer about each address that had one
     * @throws ErrnoException if the NIC cannot send or hear, or none of the frames left
     */
    Map<IpAddress, Sighting> put(Map<IpAddress, ByteBuffer> questions, long greatestDelay) {
        open = new LinkedHashMap<>(questions);
        long interval = pace.interval().toNanos();
        long begin = System.nanoTime();
        boolean sent = false;
        Map<IpAddress, ByteBuffer> due = questions;
        for (int round = 0; round < pace.rounds() && !due.isEmpty(); round++) {
            listen(begin + ThreadLocalRandom.current().nextLong(greatestDelay + 1));
            for (ByteBuffer question : due.values()) {
                sent |= segment.send(question);
            }
            // A process that was kept from running still waits for the answer.
            begin = Math.max(begin + interval, System.nanoTime() + interval / 2);
            listen(begin);
            due = open;
        }
        if (!sent && !open.isEmpty()) {
            throw new ErrnoException("send on " + segment.nic().name(), Errno.ENOBUFS);
        }
        return seen;
    }

    /** Hears all that came until the deadline, even if it comes to read it later. */
    private void listen(long deadline) {
        int backlog = GREATEST_BACKLOG;
        while (!open.isEmpty() && backlog > 0) {
            boolean late = System.nanoTime() - deadline >= 0;
            if (segment.await(deadline)) {
                note(segment.receive());
            } else if (late) {
                return;
            }
            backlog -= late ? 1 : 0;
        }
    }

    private void note(@Nullable Sighting sighting) {
        if (sighting != null && open.containsKey(sighting.address()) && counts.test(sighting)) {
            open.remove(sighting.address());
            seen.put(sighting.address(), sighting);
        }
    }
}

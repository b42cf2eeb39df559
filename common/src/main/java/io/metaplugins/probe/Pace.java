package io.metaplugins.probe;

import java.time.Duration;

/**
 * How often a question is put, and how long all of it may take.
 *
 * @param rounds how often each address is asked for; more than one, since any frame may be lost
 * @param interval from round to round, and from the last round to the end
 */
public record Pace(int rounds, Duration interval) {
    /** 270 ms, so that with opening and closing the socket it stays within 300 ms. */
    public static final Pace DEFAULT = new Pace(3, Duration.ofMillis(90));

    public Pace {
        if (rounds < 1) {
            throw new IllegalArgumentException(rounds + " is no number of rounds");
        }
        if (!interval.isPositive()) {
            throw new IllegalArgumentException(interval + " is no interval");
        }
    }

    /** The time that it takes if nobody answers, however many addresses are asked for. */
    public Duration bound() {
        return interval.multipliedBy(rounds);
    }
}

package io.metaplugins.cni;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/** Spans of time in the text form of Go's {@code time.ParseDuration}, without a sign. */
final class GoDuration {
    private record Unit(String name, long nanoseconds) {}

    /** Longest names first, so that "ms" is not read as minutes. */
    private static final List<Unit> UNITS =
            List.of(
                    new Unit("ns", 1),
                    new Unit("us", 1_000),
                    new Unit("µs", 1_000),
                    new Unit("ms", 1_000_000),
                    new Unit("s", 1_000_000_000L),
                    new Unit("m", 60_000_000_000L),
                    new Unit("h", 3_600_000_000_000L));

    private static final int LONGEST_TEXT = 40;

    private GoDuration() {}

    /**
     * Parses a sequence of numbers, each with its unit.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("'" + text + "' is not a duration");
        }
        BigDecimal nanoseconds = BigDecimal.ZERO;
        int start = 0;
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && "0123456789.".indexOf(text.charAt(end)) >= 0) {
                end++;
            }
            Unit unit = unitAt(text, end);
            BigDecimal number = new BigDecimal(text.substring(start, end));
            nanoseconds = nanoseconds.add(number.multiply(BigDecimal.valueOf(unit.nanoseconds)));
            start = end + unit.name.length();
        }
        try {
            return Duration.ofNanos(nanoseconds.setScale(0, RoundingMode.DOWN).longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too long a duration", e);
        }
    }

    private static Unit unitAt(String text, int position) {
        for (Unit unit : UNITS) {
            if (text.startsWith(unit.name, position)) {
                return unit;
            }
        }
        throw new IllegalArgumentException("'" + text + "' has a number without a unit");
    }

    /** A short text for a span, in its largest whole unit. */
    static String format(Duration duration) {
        long nanoseconds = duration.toNanos();
        for (Unit unit : UNITS.reversed()) {
            if (nanoseconds >= unit.nanoseconds && nanoseconds % unit.nanoseconds == 0) {
                return nanoseconds / unit.nanoseconds + unit.name;
            }
        }
        return "0s";
    }
}

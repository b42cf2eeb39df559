package io.metaplugins.cni;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The trace that a request is part of: {@code TRACEPARENT}, which libcni hands on, as W3C Trace
 * Context section 3.2 has it, and a span of our own in it.
 *
 * @param trace 32 hexadecimal digits
 * @param span 16 hexadecimal digits
 */
record TraceContext(String trace, String span) {
    static final String VARIABLE = "TRACEPARENT";
    static final String WANTED = "want version-trace-parent-flags of 2, 32, 16 and 2 digits";

    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;
    private static final int END = 55;

    /**
     * A new span of the trace; empty if it is none that can be understood. Of a later version what
     * follows the flags is left alone.
     */
    static Optional<TraceContext> of(String parent) {
        boolean whole =
                parent.length() >= END
                        && isId(parent, 0, 2, /* mayBeZero= */ true)
                        && !parent.startsWith("ff")
                        && parent.charAt(TRACE - 1) == '-'
                        && isId(parent, TRACE, PARENT - 1, /* mayBeZero= */ false)
                        && parent.charAt(PARENT - 1) == '-'
                        && isId(parent, PARENT, FLAGS - 1, /* mayBeZero= */ false)
                        && parent.charAt(FLAGS - 1) == '-'
                        && isId(parent, FLAGS, END, /* mayBeZero= */ true);
        if (!whole || !endsWell(parent)) {
            return Optional.empty();
        }
        return Optional.of(new TraceContext(parent.substring(TRACE, PARENT - 1), newSpan()));
    }

    private static boolean endsWell(String parent) {
        return parent.length() == END || (!parent.startsWith("00") && parent.charAt(END) == '-');
    }

    private static boolean isId(String text, int from, int to, boolean mayBeZero) {
        boolean zero = true;
        for (int index = from; index < to; index++) {
            char character = text.charAt(index);
            boolean digit =
                    (character >= '0' && character <= '9')
                            || (character >= 'a' && character <= 'f');
            if (!digit) {
                return false;
            }
            zero &= character == '0';
        }
        return mayBeZero || !zero;
    }

    /** Nobody has to be kept from guessing it. */
    private static String newSpan() {
        long span = ThreadLocalRandom.current().nextLong();
        return HexFormat.of().toHexDigits(span == 0 ? 1 : span);
    }
}

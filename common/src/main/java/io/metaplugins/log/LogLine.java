package io.metaplugins.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.logging.log4j.core.LogEvent;
import org.jspecify.annotations.Nullable;

/**
 * The form of a line:
 *
 * <pre>{@code
 * 2026-11-21T04:12:44.123456Z DEBUG [ADD c0ffee net1 default/web-0] Engine: route default …
 * }</pre>
 *
 * with the time in UTC and microseconds. Control characters of a message are escaped, so that what
 * a stranger sends cannot look like a line of ours. A stack trace follows on lines of its own.
 */
final class LogLine {
    /** Longer texts are cut: a line is written by one system call, and so in one piece. */
    private static final int LONGEST_MESSAGE = 16_384;

    private static final int LONGEST_TRACE = 32_768;
    private static final int TEN = 10;
    private static final int MICROSECONDS_DIGITS = 6;
    private static final int NANOSECONDS_OF_MICROSECOND = 1_000;

    private LogLine() {}

    static byte[] format(LogEvent event, String request) {
        StringBuilder line = new StringBuilder(320);
        var instant = event.getInstant();
        appendTime(line, instant.getEpochSecond(), instant.getNanoOfSecond());
        line.append(' ').append(event.getLevel());
        line.append(" [");
        appendEscaped(line, request);
        line.append(']');
        String logger = event.getLoggerName();
        line.append(' ').append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendEscaped(line, event.getMessage().getFormattedMessage());
        line.append('\n');
        appendTrace(line, event.getThrown());
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void appendTime(StringBuilder line, long epochSecond, int nanosecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        line.append(time.getYear());
        appendPadded(line.append('-'), time.getMonthValue(), 2);
        appendPadded(line.append('-'), time.getDayOfMonth(), 2);
        appendPadded(line.append('T'), time.getHour(), 2);
        appendPadded(line.append(':'), time.getMinute(), 2);
        appendPadded(line.append(':'), time.getSecond(), 2);
        appendPadded(
                line.append('.'), nanosecond / NANOSECONDS_OF_MICROSECOND, MICROSECONDS_DIGITS);
        line.append('Z');
    }

    private static void appendPadded(StringBuilder line, int number, int digits) {
        int unit = 1;
        for (int digit = 1; digit < digits; digit++) {
            unit *= TEN;
        }
        for (; unit > 0; unit /= TEN) {
            line.append((char) ('0' + number / unit % TEN));
        }
    }

    private static void appendEscaped(StringBuilder line, String text) {
        int end = Math.min(text.length(), LONGEST_MESSAGE);
        int written = 0;
        for (int index = 0; index < end; index++) {
            char character = text.charAt(index);
            if (!Character.isISOControl(character) || character == '\t') {
                continue;
            }
            line.append(text, written, index);
            written = index + 1;
            switch (character) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default ->
                        line.append("\\u00").append(Integer.toHexString(0x100 | character), 1, 3);
            }
        }
        line.append(text, written, end);
        if (end < text.length()) {
            line.append('…');
        }
    }

    private static void appendTrace(StringBuilder line, @Nullable Throwable thrown) {
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, /* autoFlush= */ true));
            String text =
                    trace.toString().stripTrailing().replace("\n\t", "\n").replace("\n", "\n\t");
            line.append('\t').append(text, 0, Math.min(text.length(), LONGEST_TRACE)).append('\n');
        }
    }
}

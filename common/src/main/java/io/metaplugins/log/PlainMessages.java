package io.metaplugins.log;

import org.apache.logging.log4j.message.AbstractMessageFactory;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Puts the arguments of a log call in the place of each {@code {}}. Log4j's own messages can more,
 * and load the formatting of dates for it; named in {@code log4j2.component.properties}.
 */
public final class PlainMessages extends AbstractMessageFactory {
    private static final long serialVersionUID = 1;

    private static final String PLACE = "{}";

    @Override
    public Message newMessage(@Nullable String message, @Nullable Object @Nullable ... arguments) {
        if (message == null || arguments == null || arguments.length == 0) {
            return new Plain(String.valueOf(message), null);
        }
        StringBuilder text = new StringBuilder(message.length() + 80);
        int used = 0;
        int start = 0;
        for (int place = message.indexOf(PLACE);
                place >= 0 && used < arguments.length;
                place = message.indexOf(PLACE, start)) {
            text.append(message, start, place).append(arguments[used++]);
            start = place + PLACE.length();
        }
        text.append(message, start, message.length());
        return new Plain(
                text.toString(),
                used < arguments.length && arguments[arguments.length - 1] instanceof Throwable e
                        ? e
                        : null);
    }

    @Override
    public Message newMessage(@Nullable String message) {
        return new Plain(String.valueOf(message), null);
    }

    @Override
    public Message newMessage(@Nullable Object message) {
        return new Plain(String.valueOf(message), null);
    }

    private record Plain(String text, @Nullable Throwable thrown) implements Message {
        @Override
        public String getFormattedMessage() {
            return text;
        }

        @Override
        @Deprecated
        public String getFormat() {
            return text;
        }

        @Override
        public Object @Nullable [] getParameters() {
            return null;
        }

        @Override
        public @Nullable Throwable getThrowable() {
            return thrown;
        }
    }
}

package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.net.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration with its value, still untyped. Each method reads the value as one
 * type; a value of another type or out of range is noted as a problem of the {@link ConfigReader},
 * and the reading goes on with the fallback. An absent key and {@code null} are the same.
 */
public final class ConfigKey {
    private final ConfigReader reader;
    private final String name;
    private final @Nullable JsonNode value;

    ConfigKey(ConfigReader reader, String name, @Nullable JsonNode value) {
        this.reader = reader;
        this.name = name;
        this.value = value;
    }

    public boolean isPresent() {
        return value != null;
    }

    @Nullable JsonNode value() {
        return value;
    }

    boolean isText() {
        return value != null && value.isTextual();
    }

    boolean isEmptyText() {
        return value != null && value.isTextual() && value.textValue().isEmpty();
    }

    /**
     * Whether nothing is said: the key is absent, or its value is a list or text without content.
     */
    public boolean isEmpty() {
        return value == null
                || (value.isArray() && value.isEmpty())
                || (value.isTextual() && value.textValue().isEmpty());
    }

    /** The key as the user wrote it, with the keys that lead to it. */
    public String name() {
        return name;
    }

    /** Notes that this value does not do, for a reason that only the plugin can know. */
    public void refuse(String want) {
        reader.add(
                new Problem(
                        "key '"
                                + name
                                + "': "
                                + (value == null
                                        ? "it is missing"
                                        : "value " + ConfigReader.shown(value) + " is not allowed")
                                + ": want "
                                + want,
                        /* unsupportedField= */ false));
    }

    public boolean bool(boolean fallback) {
        if (value == null) {
            return fallback;
        }
        if (!value.isBoolean()) {
            refuse("true or false");
            return fallback;
        }
        return value.booleanValue();
    }

    /** A whole number within the bounds, both included. */
    public int integer(int least, int most, int fallback) {
        Long number = wholeNumber(least, most);
        return number == null ? fallback : Math.toIntExact(number);
    }

    /** As {@link #integer(int, int, int)}; null if the key is absent. */
    public @Nullable Long wholeNumber(long least, long most) {
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            refuse("a whole number from " + least + " to " + most);
            return null;
        }
        return value.longValue();
    }

    public String text(String fallback) {
        String text = text();
        return text == null ? fallback : text;
    }

    /** As {@link #text(String)}; null if the key is absent. */
    public @Nullable String text() {
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            refuse("a string");
            return null;
        }
        return value.textValue();
    }

    public List<String> texts() {
        return list("a list of strings", Function.identity());
    }

    /**
     * Text in a form of its own.
     *
     * @param parser throws IllegalArgumentException for what is not of the form
     * @param want the form, in words that follow "want"
     */
    public <T> T parsed(Function<String, T> parser, String want, T fallback) {
        T parsed = parsed(parser, want);
        return parsed == null ? fallback : parsed;
    }

    /** As {@link #parsed(Function, String, Object)}; null if the key is absent. */
    public <T> @Nullable T parsed(Function<String, T> parser, String want) {
        if (value == null) {
            return null;
        }
        try {
            if (value.isTextual()) {
                return parser.apply(value.textValue());
            }
        } catch (IllegalArgumentException e) {
            refuse(want);
            return null;
        }
        refuse(want);
        return null;
    }

    /** One of the texts, which stand for the values. */
    public <T> T oneOf(Map<String, T> allowed, T fallback) {
        String want = "one of " + String.join(", ", new TreeSet<>(allowed.keySet()));
        return parsed(
                text -> {
                    T meant = allowed.get(text);
                    if (meant == null) {
                        throw new IllegalArgumentException(want);
                    }
                    return meant;
                },
                want,
                fallback);
    }

    /** A span of time as Go writes it: {@code 1s}, {@code 1m30s}, {@code 1.5s}. */
    public Duration duration(Duration least, Duration most, Duration fallback) {
        String want =
                "a duration such as 500ms, 1s or 1m30s, from "
                        + GoDuration.format(least)
                        + " to "
                        + GoDuration.format(most);
        return parsed(
                text -> {
                    Duration duration = GoDuration.parse(text);
                    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                        throw new IllegalArgumentException(want);
                    }
                    return duration;
                },
                want,
                fallback);
    }

    /** A list of prefixes, in the order given; empty if the key is absent. */
    public List<Cidr> cidrs() {
        return list("a list of CIDRs such as 10.244.0.0/18 or fd00::/64", Cidr::parse);
    }

    /** A list of texts in a form of their own; empty if the key is absent. */
    public <T> List<T> list(String want, Function<String, T> parser) {
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            refuse(want);
            return List.of();
        }
        List<T> elements = new ArrayList<>(value.size());
        for (int index = 0; index < value.size(); index++) {
            ConfigKey element = new ConfigKey(reader, name + "[" + index + "]", value.get(index));
            T parsed = element.parsed(parser, "an element of " + want);
            if (parsed != null) {
                elements.add(parsed);
            }
        }
        return elements;
    }

    /** An object of its own keys; one without any if the key is absent. */
    public ConfigReader object() {
        if (value instanceof ObjectNode nested) {
            return reader.child(nested, name);
        }
        if (value != null) {
            refuse("an object");
        }
        return reader.child(Json.emptyObject(), name);
    }

    /** A list of objects; empty if the key is absent. */
    public List<ConfigReader> objects() {
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            refuse("a list of objects");
            return List.of();
        }
        List<ConfigReader> elements = new ArrayList<>(value.size());
        for (int index = 0; index < value.size(); index++) {
            elements.add(
                    new ConfigKey(reader, name + "[" + index + "]", value.get(index)).object());
        }
        return elements;
    }
}

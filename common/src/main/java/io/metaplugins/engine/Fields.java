package io.metaplugins.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object. Each reader throws {@link IllegalArgumentException} if a member is
 * not of its kind; those not named "maybe" if it is absent, too.
 */
record Fields(JsonNode node) {

    Fields {
        if (!node.isObject()) {
            throw new IllegalArgumentException("there is no object");
        }
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    String text(String key) {
        return member(key, node.path(key).isTextual()).textValue();
    }

    long number(String key) {
        return member(key, node.path(key).isIntegralNumber()).longValue();
    }

    /** False if it is absent. */
    boolean flag(String key) {
        return has(key) && member(key, node.path(key).isBoolean()).booleanValue();
    }

    Fields object(String key) {
        return new Fields(member(key, node.path(key).isObject()));
    }

    List<Fields> array(String key) {
        List<Fields> elements = new ArrayList<>();
        member(key, node.path(key).isArray()).forEach(each -> elements.add(new Fields(each)));
        return elements;
    }

    <T> @Nullable T maybeText(String key, Function<String, T> parse) {
        return has(key) ? parse.apply(text(key)) : null;
    }

    @Nullable Long maybeNumber(String key) {
        return has(key) ? number(key) : null;
    }

    @Nullable Integer maybeInteger(String key) {
        return has(key) ? Math.toIntExact(number(key)) : null;
    }

    @Nullable Boolean maybeFlag(String key) {
        return has(key) ? flag(key) : null;
    }

    private JsonNode member(String key, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException(
                    has(key) ? key + " is " + node.get(key) : "there is no " + key);
        }
        return node.get(key);
    }
}

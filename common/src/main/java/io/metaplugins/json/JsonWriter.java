package io.metaplugins.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes RFC 8259 text without spaces: a tree, or a document from its beginning to its end with no
 * tree at all.
 */
public final class JsonWriter {
    private final StringBuilder text;

    /** Whether the next element of an object or a list is not its first. */
    private boolean separate;

    /**
     * Starts an empty text.
     *
     * @param length about as many characters as there will be
     */
    public JsonWriter(int length) {
        text = new StringBuilder(length);
    }

    /** Begins an object: the document, or an element of a list. */
    public JsonWriter begin() {
        next();
        return open('{');
    }

    /** Begins an object that is a member. */
    public JsonWriter begin(String key) {
        key(key);
        return open('{');
    }

    /** Ends an object. */
    public JsonWriter end() {
        return close('}');
    }

    /** Begins a list that is a member. */
    public JsonWriter beginList(String key) {
        key(key);
        return open('[');
    }

    /** Ends a list. */
    public JsonWriter endList() {
        return close(']');
    }

    private JsonWriter open(char bracket) {
        text.append(bracket);
        separate = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        text.append(bracket);
        separate = true;
        return this;
    }

    private void next() {
        if (separate) {
            text.append(',');
        }
        separate = true;
    }

    /** A key of ours, in which nothing needs to be escaped. */
    private void key(String key) {
        next();
        text.append('"').append(key).append("\":");
    }

    /** A member that is text; left out if it is null. */
    public JsonWriter text(String key, @Nullable Object value) {
        if (value != null) {
            key(key);
            string(value.toString());
        }
        return this;
    }

    /** A member that is the name of a constant, which is no text for people; left out if null. */
    public JsonWriter name(String key, @Nullable Enum<?> value) {
        if (value != null) {
            key(key);
            text.append('"').append(value.name()).append('"');
        }
        return this;
    }

    /** A member that is a whole number; left out if it is null. */
    public JsonWriter number(String key, @Nullable Number value) {
        if (value != null) {
            key(key);
            text.append(value.longValue());
        }
        return this;
    }

    /** A member that is true or false; left out if it is null. */
    public JsonWriter flag(String key, @Nullable Boolean value) {
        if (value != null) {
            key(key);
            text.append(value.booleanValue());
        }
        return this;
    }

    /** A tree: the document, or an element of a list. */
    JsonWriter write(JsonNode node) {
        next();
        switch (node.getNodeType()) {
            case OBJECT -> {
                open('{');
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    next();
                    string(field.getKey());
                    text.append(':');
                    separate = false;
                    write(field.getValue());
                }
                close('}');
            }
            case ARRAY -> {
                open('[');
                node.forEach(this::write);
                close(']');
            }
            case STRING -> string(node.textValue());
            case NUMBER -> text.append(node.numberValue());
            case BOOLEAN -> text.append(node.booleanValue());
            case NULL -> text.append("null");
            case BINARY, MISSING, POJO -> throw new IllegalStateException("not JSON: " + node);
        }
        return this;
    }

    private void string(String value) {
        text.append('"');
        int written = 0;
        for (int index = 0; index < value.length(); index++) {
            char character = value.charAt(index);
            if (character >= ' ' && character != '"' && character != '\\') {
                continue;
            }
            text.append(value, written, index);
            written = index + 1;
            switch (character) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default ->
                        text.append("\\u00").append(Integer.toHexString(0x100 | character), 1, 3);
            }
        }
        text.append(value, written, value.length()).append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package io.metaplugins.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Writes a tree as RFC 8259 text without spaces. */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder(1_024);

    /** Appends a tree. */
    JsonWriter write(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                char before = '{';
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    text.append(before);
                    string(field.getKey());
                    text.append(':');
                    write(field.getValue());
                    before = ',';
                }
                text.append(before == '{' ? "{}" : "}");
            }
            case ARRAY -> {
                char before = '[';
                for (JsonNode element : node) {
                    text.append(before);
                    write(element);
                    before = ',';
                }
                text.append(before == '[' ? "[]" : "]");
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

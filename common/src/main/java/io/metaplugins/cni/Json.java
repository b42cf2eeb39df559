package io.metaplugins.cni;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON trees from bytes that a stranger wrote, and back.
 *
 * <p>Stricter than Jackson alone: one object and nothing behind it, valid UTF-8, no key twice, no
 * half of a surrogate pair, at most {@value #MAX_DEPTH} levels. Trees are built from the token
 * stream and not by an {@code ObjectMapper}, whose construction alone takes longer than all else
 * here.
 */
final class Json {
    /** The longest input, in bytes: room for more than 10,000 attachments in a GC request. */
    static final int MAX_BYTES = 1 << 20;

    static final int MAX_DEPTH = 64;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {}

    /**
     * Reads one object.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} and the position
     */
    static ObjectNode parse(byte[] input) {
        if (input.length > MAX_BYTES) {
            throw failure("input is longer than " + MAX_BYTES + " bytes");
        }
        return parse(decode(input));
    }

    /** As {@link #parse(byte[])}, from text. */
    static ObjectNode parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            try {
                return document(parser);
            } catch (JsonProcessingException e) {
                // A limit of the parser's that was reached has no location of its own.
                JsonLocation location =
                        e.getLocation() == null ? parser.currentLocation() : e.getLocation();
                throw new CniException(
                        ErrorCode.DECODING_FAILURE, e.getOriginalMessage() + at(location), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode document(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw failure("input is empty: want a JSON object");
        }
        if (first != JsonToken.START_OBJECT) {
            throw failure("want a JSON object" + at(parser.currentTokenLocation()));
        }
        ObjectNode object = object(parser);
        if (parser.nextToken() != null) {
            throw failure("something follows the JSON object" + at(parser.currentTokenLocation()));
        }
        return object;
    }

    static ObjectNode emptyObject() {
        return NODES.objectNode();
    }

    private static String decode(byte[] input) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(input);
        CharBuffer characters = CharBuffer.allocate(input.length);
        CoderResult result = decoder.decode(bytes, characters, /* endOfInput= */ true);
        if (result.isError()) {
            throw failure("input is not UTF-8 at byte " + bytes.position());
        }
        return characters.flip().toString();
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        refuseDepth(parser);
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = wellFormed(parser.currentName(), parser);
            parser.nextToken();
            object.set(key, value(parser));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        refuseDepth(parser);
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static void refuseDepth(JsonParser parser) {
        if (parser.getParsingContext().getNestingDepth() > MAX_DEPTH) {
            throw failure(
                    "more than "
                            + MAX_DEPTH
                            + " levels of nesting"
                            + at(parser.currentTokenLocation()));
        }
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(wellFormed(parser.getText(), parser));
            case VALUE_NUMBER_INT ->
                    switch (parser.getNumberType()) {
                        case INT -> NODES.numberNode(parser.getIntValue());
                        case LONG -> NODES.numberNode(parser.getLongValue());
                        default -> NODES.numberNode(parser.getBigIntegerValue());
                    };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw failure("want a value" + at(parser.currentTokenLocation()));
        };
    }

    /** An escape can write half of a surrogate pair, which no UTF-8 output could carry on. */
    private static String wellFormed(String text, JsonParser parser) {
        for (int index = 0; index < text.length(); index++) {
            if (Character.isSurrogate(text.charAt(index))) {
                if (!Character.isSurrogatePair(
                        text.charAt(index),
                        index + 1 < text.length() ? text.charAt(index + 1) : 0)) {
                    throw failure(
                            "half of a surrogate pair in a string"
                                    + at(parser.currentTokenLocation()));
                }
                index++;
            }
        }
        return text;
    }

    /** Writes a tree without line breaks. */
    static String write(JsonNode tree) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(tree, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonNode node, JsonGenerator generator) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                generator.writeStartObject();
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    generator.writeFieldName(field.getKey());
                    write(field.getValue(), generator);
                }
                generator.writeEndObject();
            }
            case ARRAY -> {
                generator.writeStartArray();
                for (JsonNode element : node) {
                    write(element, generator);
                }
                generator.writeEndArray();
            }
            case STRING -> generator.writeString(node.textValue());
            case NUMBER -> writeNumber(node, generator);
            case BOOLEAN -> generator.writeBoolean(node.booleanValue());
            case NULL -> generator.writeNull();
            case BINARY, MISSING, POJO -> throw new IllegalStateException("not JSON: " + node);
        }
    }

    private static void writeNumber(JsonNode node, JsonGenerator generator) throws IOException {
        if (node.isBigDecimal()) {
            generator.writeNumber(node.decimalValue());
        } else if (node.isBigInteger()) {
            generator.writeNumber(node.bigIntegerValue());
        } else {
            generator.writeNumber(node.longValue());
        }
    }

    /** Nothing where a limit was exceeded, for then the parser does not tell where. */
    private static String at(@Nullable JsonLocation location) {
        if (location == null) {
            return "";
        }
        return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static CniException failure(String details) {
        return new CniException(ErrorCode.DECODING_FAILURE, details);
    }
}

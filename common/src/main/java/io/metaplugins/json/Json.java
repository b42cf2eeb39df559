package io.metaplugins.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** JSON trees from bytes that a stranger wrote, and back. */
public final class Json {
    /** The deepest nesting of objects and lists. */
    public static final int MAX_DEPTH = 64;

    /** Characters of what we write most. */
    private static final int USUAL_LENGTH = 1_024;

    /** What a lenient decoder puts in the place of what is not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private Json() {}

    /**
     * Reads the one object that the input consists of.
     *
     * @throws JsonException if it does not, with the position
     */
    public static ObjectNode parse(byte[] input) {
        return parse(decode(input));
    }

    /** As {@link #parse(byte[])}, from text. */
    public static ObjectNode parse(String text) {
        return new JsonReader(text).document();
    }

    private static String decode(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeStrictly(input);
    }

    private static String decodeStrictly(byte[] input) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(input);
        CharBuffer characters = CharBuffer.allocate(input.length);
        CoderResult result = decoder.decode(bytes, characters, /* endOfInput= */ true);
        if (result.isError()) {
            throw new JsonException("input is not UTF-8 at byte " + bytes.position());
        }
        return characters.flip().toString();
    }

    /** A new object without fields. */
    public static ObjectNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Writes a tree without line breaks. */
    public static String write(JsonNode tree) {
        return new JsonWriter(USUAL_LENGTH).write(tree).toString();
    }
}

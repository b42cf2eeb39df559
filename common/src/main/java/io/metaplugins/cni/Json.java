package io.metaplugins.cni;

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
final class Json {
    /** The longest input, in bytes: room for more than 10,000 attachments in a GC request. */
    static final int MAX_BYTES = 1 << 20;

    /** The deepest nesting of objects and lists. */
    static final int MAX_DEPTH = 64;

    private Json() {}

    /**
     * Reads the one object that the input consists of.
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
        return new JsonReader(text).document();
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

    static ObjectNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Writes a tree without line breaks. */
    static String write(JsonNode tree) {
        return new JsonWriter().write(tree).toString();
    }

    private static CniException failure(String details) {
        return new CniException(ErrorCode.DECODING_FAILURE, details);
    }
}

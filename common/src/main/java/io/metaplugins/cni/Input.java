package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.json.JsonException;
import java.io.IOException;
import java.io.InputStream;

/** What a stranger wrote, of which no more is read than is allowed. */
final class Input {
    /** The longest input, in bytes: room for more than 10,000 attachments in a GC request. */
    static final int MAX_BYTES = 1 << 20;

    private Input() {}

    /**
     * Reads one JSON object up to the end of the stream.
     *
     * @throws CniException with {@link ErrorCode#IO_FAILURE} or {@link ErrorCode#DECODING_FAILURE}
     */
    static ObjectNode read(InputStream in) {
        try {
            return decode(in.readNBytes(MAX_BYTES + 1));
        } catch (IOException e) {
            throw new CniException(ErrorCode.IO_FAILURE, "read standard input: " + e, e);
        }
    }

    /** As {@link #read}, of what is there already, since a person may give none at all. */
    static ObjectNode readAvailable(InputStream in) {
        try {
            return decode(in.readNBytes(Math.min(in.available(), MAX_BYTES + 1)));
        } catch (IOException e) {
            throw new CniException(ErrorCode.IO_FAILURE, "read standard input: " + e, e);
        }
    }

    /**
     * Reads one JSON object.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} and the position
     */
    static ObjectNode decode(byte[] input) {
        if (input.length > MAX_BYTES) {
            throw new CniException(
                    ErrorCode.DECODING_FAILURE, "input is longer than " + MAX_BYTES + " bytes");
        }
        try {
            return Json.parse(input);
        } catch (JsonException e) {
            throw refused(e);
        }
    }

    /** As {@link #decode(byte[])}, from text. */
    static ObjectNode decode(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw refused(e);
        }
    }

    private static CniException refused(JsonException e) {
        return new CniException(ErrorCode.DECODING_FAILURE, String.valueOf(e.getMessage()));
    }
}

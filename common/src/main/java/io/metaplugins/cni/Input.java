package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/** Standard input, of which no more is read than is allowed. */
final class Input {
    private Input() {}

    /**
     * Reads one JSON object up to the end of the stream.
     *
     * @throws CniException with {@link ErrorCode#IO_FAILURE} or {@link ErrorCode#DECODING_FAILURE}
     */
    static ObjectNode read(InputStream in) {
        try {
            return Json.parse(in.readNBytes(Json.MAX_BYTES + 1));
        } catch (IOException e) {
            throw new CniException(ErrorCode.IO_FAILURE, "read standard input: " + e, e);
        }
    }

    /** As {@link #read}, of what is there already, since a person may give none at all. */
    static ObjectNode readAvailable(InputStream in) {
        try {
            return Json.parse(in.readNBytes(Math.min(in.available(), Json.MAX_BYTES + 1)));
        } catch (IOException e) {
            throw new CniException(ErrorCode.IO_FAILURE, "read standard input: " + e, e);
        }
    }
}

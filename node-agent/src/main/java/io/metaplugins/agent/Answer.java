package io.metaplugins.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a request led to, as a process would have shown it.
 *
 * @param status the exit status
 * @param output for standard output
 * @param errors for standard error
 */
record Answer(int status, String output, String errors) {

    /** So much is left for standard error in any case. */
    private static final int MOST_ERROR_BYTES = 1 << 16;

    private static final int MOST_OUTPUT_BYTES =
            Frame.MAX_ANSWER_BYTES - 2 * Integer.BYTES - MOST_ERROR_BYTES;

    /** What does not fit is left out, and its last line says so. */
    Frame frame(int version) {
        byte[] standardOutput = bytes(output, MOST_OUTPUT_BYTES);
        byte[] standardError = bytes(errors, MOST_ERROR_BYTES);
        byte[] body =
                ByteBuffer.allocate(
                                2 * Integer.BYTES + standardOutput.length + standardError.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(status)
                        .putInt(standardOutput.length)
                        .put(standardOutput)
                        .put(standardError)
                        .array();
        return new Frame(version, Frame.ANSWER, body);
    }

    private static byte[] bytes(String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= most) {
            return bytes;
        }
        byte[] end =
                ("\n... and " + bytes.length + " bytes in all\n").getBytes(StandardCharsets.UTF_8);
        int length = most - end.length;
        while ((bytes[length] & 0xc0) == 0x80) { // Within a character (RFC 3629).
            length--;
        }
        return ByteBuffer.allocate(length + end.length).put(bytes, 0, length).put(end).array();
    }
}

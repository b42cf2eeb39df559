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

    Frame frame(int version) {
        byte[] standardOutput = output.getBytes(StandardCharsets.UTF_8);
        byte[] standardError = errors.getBytes(StandardCharsets.UTF_8);
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
}

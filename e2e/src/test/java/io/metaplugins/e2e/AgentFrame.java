package io.metaplugins.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What launcher and agent send, byte by byte, as docs/agent-protocol.md has it. */
final class AgentFrame {
    static final int HEADER = 12;
    static final int ANSWER = 2;
    static final int REFUSED = 3;
    static final int CONTROL = 4;
    static final int UNKNOWN_VERSION = 1;
    private static final int EXECUTE = 1;
    private static final int TEXT_OF_ANSWER = 8;

    private AgentFrame() {}

    static byte[] execute(String name, Map<String, String> environment, String input) {
        StringBuilder body = new StringBuilder(name + "\0" + name + "\0");
        environment.forEach(
                (key, value) -> body.append(key).append('=').append(value).append('\0'));
        body.append('\0').append(input);
        return frame(1, EXECUTE, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int version, int kind, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("MPLG".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(
                ByteBuffer.allocate(HEADER - Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) version)
                        .putShort((short) kind)
                        .putInt(body.length)
                        .array());
        all.writeBytes(body);
        return all.toByteArray();
    }

    static int kind(byte[] frame) {
        return frame.length < HEADER ? 0 : numbers(frame).getShort(6);
    }

    /** The exit status of an answer. */
    static int status(byte[] answer) {
        return numbers(answer).getInt(HEADER);
    }

    /** Why it is none. */
    static int reason(byte[] refused) {
        return numbers(refused).getShort(HEADER);
    }

    /** The newest version that the agent speaks. */
    static int newest(byte[] refused) {
        return numbers(refused).getShort(HEADER + Short.BYTES);
    }

    /** Both outputs of an answer. */
    static String text(byte[] answer) {
        int start = HEADER + TEXT_OF_ANSWER;
        return new String(answer, start, answer.length - start, StandardCharsets.UTF_8);
    }

    private static ByteBuffer numbers(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }
}

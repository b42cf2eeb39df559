package io.metaplugins.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message between launcher and agent: {@code docs/agent-protocol.md}. All numbers are
 * little-endian.
 *
 * @param version of the framing, in which the answer is due
 * @param kind one of the constants
 * @param body what the kind says
 */
@SuppressWarnings("ArrayRecordComponent") // Messages are not compared.
record Frame(int version, int kind, byte[] body) {
    /** The newest version of the framing that this agent speaks, and the oldest. */
    static final int NEWEST = 1;

    static final int OLDEST = 1;

    static final int HEADER_BYTES = 12;

    /** A request: names, environment and standard input. */
    static final int EXECUTE = 1;

    /** What came of it: exit status and output. */
    static final int ANSWER = 2;

    /** Nothing came of it, and why. */
    static final int REFUSED = 3;

    /** A word to the agent itself. */
    static final int CONTROL = 4;

    private static final int MAGIC = 0x474c504d; // "MPLG"

    /** One MiB of standard input, and 128 KiB of names and environment. */
    static final int MAX_BODY_BYTES = (1 << 20) + (1 << 17);

    /** Of an answer, which only the agent makes. */
    static final int MAX_ANSWER_BYTES = 4 << 20;

    /** The part of a message that is the same in all versions. */
    record Header(int version, int kind, int length) {

        /**
         * Reads the first {@link #HEADER_BYTES} of a message to the agent.
         *
         * @throws MalformedFrameException if it is none, or longer than is allowed
         */
        static Header read(byte[] bytes) {
            return read(bytes, MAX_BODY_BYTES);
        }

        /**
         * Reads the first {@link #HEADER_BYTES} of a message.
         *
         * @param most bytes that its body may have
         * @throws MalformedFrameException if it is none, or longer than is allowed
         */
        static Header read(byte[] bytes, int most) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (buffer.getInt() != MAGIC) {
                throw new MalformedFrameException("no message begins like this");
            }
            Header header =
                    new Header(
                            Short.toUnsignedInt(buffer.getShort()),
                            Short.toUnsignedInt(buffer.getShort()),
                            buffer.getInt());
            if (header.length < 0 || header.length > most) {
                throw new MalformedFrameException(
                        "a message of "
                                + Integer.toUnsignedString(header.length)
                                + " bytes is longer than "
                                + most);
            }
            return header;
        }
    }

    /** The message as it is sent. */
    byte[] bytes() {
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putShort((short) version)
                .putShort((short) kind)
                .putInt(body.length)
                .put(body)
                .array();
    }
}

package io.metaplugins.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Why a message is not answered, by the number that the launcher decides by. */
enum Refusal {
    /** The launcher is newer: it sends again in our version. */
    UNKNOWN_VERSION(1),
    /** Not now: the launcher comes again. */
    BUSY(2),
    /** Never: the launcher tells the runtime. */
    MALFORMED(3);

    private final int number;

    Refusal(int number) {
        this.number = number;
    }

    /** The message that says so, whose form is the same in all versions. */
    Frame frame(int version, String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        byte[] body =
                ByteBuffer.allocate(2 * Short.BYTES + text.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) number)
                        .putShort((short) Frame.NEWEST)
                        .put(text)
                        .array();
        return new Frame(version, Frame.REFUSED, body);
    }
}

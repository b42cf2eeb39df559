package io.metaplugins.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with its header ({@code struct nlmsghdr} of {@code linux/netlink.h}).
 *
 * @param type {@code nlmsg_type}
 * @param flags {@code nlmsg_flags}
 * @param sequence {@code nlmsg_seq}: an answer has its request's
 * @param port {@code nlmsg_pid}: an answer has the asking socket's
 * @param payload what follows the header, in native byte order
 */
public record Message(int type, int flags, int sequence, int port, ByteBuffer payload) {
    static final int HEADER_BYTES = 16;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTR = 0x10;

    /** {@code NLM_F_ROOT|NLM_F_MATCH}. */
    static final int NLM_F_DUMP = 0x300;

    private static final int ALIGNMENT = 4;

    /** A request that has yet to be numbered. */
    static Message request(int type, int flags, ByteBuffer payload) {
        return new Message(type, NLM_F_REQUEST | flags, 0, 0, payload);
    }

    Message withFlags(int more) {
        return new Message(type, flags | more, sequence, port, payload);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Length with the header and with the gap behind, bytes. */
    int paddedBytes() {
        return padded(HEADER_BYTES + payload.remaining());
    }

    /** Appends the message to others in a datagram. */
    void appendTo(ByteBuffer datagram, int number, int moreFlags) {
        int end = datagram.position() + paddedBytes();
        datagram.putInt(HEADER_BYTES + payload.remaining())
                .putShort((short) type)
                .putShort((short) (flags | moreFlags))
                .putInt(number)
                .putInt(port)
                .put(payload.duplicate());
        while (datagram.position() < end) {
            datagram.put((byte) 0);
        }
    }

    /**
     * The messages of a datagram, without copying them.
     *
     * @throws MalformedMessageException if it does not consist of whole messages
     */
    static List<Message> parse(ByteBuffer datagram) {
        ByteBuffer rest = datagram.slice().order(ByteOrder.nativeOrder());
        List<Message> messages = new ArrayList<>();
        while (rest.hasRemaining()) {
            int start = rest.position();
            if (rest.remaining() < HEADER_BYTES) {
                throw new MalformedMessageException(
                        "a message's header has 16 bytes, not " + rest.remaining());
            }
            int length = rest.getInt(start);
            if (length < HEADER_BYTES || length > rest.remaining()) {
                throw new MalformedMessageException(
                        "a message claims "
                                + Integer.toUnsignedString(length)
                                + " bytes of "
                                + rest.remaining());
            }
            messages.add(parseOne(rest.slice(start, length)));
            rest.position(start + Math.min(padded(length), rest.remaining()));
        }
        return messages;
    }

    private static Message parseOne(ByteBuffer bytes) {
        ByteBuffer message = bytes.order(ByteOrder.nativeOrder());
        return new Message(
                Short.toUnsignedInt(message.getShort(4)),
                Short.toUnsignedInt(message.getShort(6)),
                message.getInt(8),
                message.getInt(12),
                message.slice(HEADER_BYTES, message.limit() - HEADER_BYTES)
                        .order(ByteOrder.nativeOrder()));
    }

    private static int padded(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}

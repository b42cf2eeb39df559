package io.metaplugins.netlink;

import org.jspecify.annotations.Nullable;

/**
 * The end of an answer: {@code struct nlmsgerr}, or what follows {@code NLMSG_DONE} ({@code
 * linux/netlink.h}).
 *
 * @param number the value of {@code errno}, positive; 0 is success
 * @param words {@code NLMSGERR_ATTR_MSG}; null if the kernel says no more
 */
record Acknowledgement(int number, @Nullable String words) {
    private static final int NLMSG_ERROR = 2;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    boolean isSuccess() {
        return number == 0;
    }

    RefusedException refusal() {
        return RefusedException.byKernel(number, words);
    }

    /**
     * @throws MalformedMessageException if the message does not hold an error number, or its
     *     attributes are broken
     */
    static Acknowledgement parse(Message message) {
        if (message.payload().remaining() < Integer.BYTES) {
            throw new MalformedMessageException("an acknowledgement without a number");
        }
        int error = message.payload().getInt(message.payload().position());
        return new Acknowledgement(-error, message.has(NLM_F_ACK_TLVS) ? words(message) : null);
    }

    /** Behind the number comes the refused request, or its header only, and then the attributes. */
    private static @Nullable String words(Message message) {
        int skipped = Integer.BYTES;
        if (message.type() == NLMSG_ERROR) {
            int rest = message.payload().remaining() - skipped;
            if (rest < Message.HEADER_BYTES) {
                throw new MalformedMessageException("an acknowledgement of nothing");
            }
            int claimed = message.payload().getInt(message.payload().position() + skipped);
            int request = message.has(NLM_F_CAPPED) ? Message.HEADER_BYTES : claimed;
            if (request < Message.HEADER_BYTES || request > rest) {
                throw new MalformedMessageException(
                        "an acknowledged request claims "
                                + Integer.toUnsignedString(request)
                                + " bytes of "
                                + rest);
            }
            skipped += request;
        }
        AttributeReader attributes = AttributeReader.of(message, skipped);
        while (attributes.next()) {
            if (attributes.type() == NLMSGERR_ATTR_MSG) {
                return attributes.string();
            }
        }
        return null;
    }
}

package io.metaplugins.netlink;

import io.metaplugins.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message's payload: its header, then attributes ({@code struct nlattr} of {@code
 * linux/netlink.h}), each aligned to four bytes.
 */
public final class AttributeWriter {
    private static final int INITIAL_BYTES = 128;
    private static final int HEADER_BYTES = 4;
    private static final int NLA_F_NESTED = 0x8000;

    private ByteBuffer bytes = ByteBuffer.allocate(INITIAL_BYTES).order(ByteOrder.nativeOrder());

    /** Starts with the header from its position to its limit. */
    public AttributeWriter(ByteBuffer header) {
        bytes.put(header);
        align();
    }

    /** Room for a header; the caller fills all of it. */
    static ByteBuffer header(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    public AttributeWriter u8(int type, int value) {
        start(type, Byte.BYTES).put((byte) value);
        return align();
    }

    public AttributeWriter u16(int type, int value) {
        start(type, Short.BYTES).putShort((short) value);
        return align();
    }

    public AttributeWriter u32(int type, long value) {
        start(type, Integer.BYTES).putInt((int) value);
        return this;
    }

    /** In the network's byte order, as netfilter has its numbers. */
    public AttributeWriter be32(int type, long value) {
        start(type, Integer.BYTES).put(bigEndian(Integer.BYTES).putInt(0, (int) value));
        return this;
    }

    /** In the network's byte order, as netfilter has its numbers. */
    public AttributeWriter be64(int type, long value) {
        start(type, Long.BYTES).put(bigEndian(Long.BYTES).putLong(0, value));
        return this;
    }

    private static ByteBuffer bigEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.BIG_ENDIAN);
    }

    public AttributeWriter bytes(int type, byte[] value) {
        start(type, value.length).put(value);
        return align();
    }

    /** Text with its terminating zero. */
    public AttributeWriter string(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        start(type, text.length + 1).put(text).put((byte) 0);
        return align();
    }

    public AttributeWriter address(int type, IpAddress value) {
        return bytes(type, value.bytes());
    }

    /** A header within an attribute, before the attributes that follow it. */
    AttributeWriter append(ByteBuffer header) {
        reserve(header.remaining());
        bytes.put(header);
        return align();
    }

    /**
     * Starts an attribute whose value is attributes; {@link #end} ends it.
     *
     * @return its place, for {@code end}
     */
    public int begin(int type) {
        int place = bytes.position();
        start(type, 0);
        return place;
    }

    /** As {@link #begin}, with {@code NLA_F_NESTED}, which netfilter's own tools set. */
    int beginNested(int type) {
        return begin(NLA_F_NESTED | type);
    }

    public AttributeWriter end(int place) {
        bytes.putShort(place, (short) (bytes.position() - place));
        return this;
    }

    /** What was written, ready to be read. */
    public ByteBuffer payload() {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    private ByteBuffer start(int type, int length) {
        reserve(HEADER_BYTES + length);
        return bytes.putShort((short) (HEADER_BYTES + length)).putShort((short) type);
    }

    /** With three bytes more, so that align() need not look. */
    private void reserve(int length) {
        int needed = bytes.position() + length + 3;
        if (needed > bytes.capacity()) {
            bytes =
                    ByteBuffer.allocate(2 * needed)
                            .order(ByteOrder.nativeOrder())
                            .put(bytes.flip());
        }
    }

    private AttributeWriter align() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }
}

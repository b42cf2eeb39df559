package io.metaplugins.netlink;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over attributes ({@code struct nlattr} of {@code linux/netlink.h}): {@link #next} goes
 * to one, {@link #type} tells what it is, and the value is read as the caller expects it. What the
 * caller does not know, it passes over.
 *
 * <p>All lengths are checked here and nowhere else; each method that finds one wrong throws {@link
 * MalformedMessageException}.
 */
public final class AttributeReader {
    private static final int HEADER_BYTES = 4;

    /** {@code NLA_TYPE_MASK}: without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer bytes;
    private int next;
    private int type;
    private int start;
    private int length;

    /** Attributes from the buffer's position to its limit. */
    public AttributeReader(ByteBuffer attributes) {
        this.bytes = attributes.slice().order(ByteOrder.nativeOrder());
    }

    /** The attributes of a message, behind a header of that length. */
    static AttributeReader of(Message message, int headerBytes) {
        ByteBuffer payload = message.payload();
        // rtnetlink aligns the header, so that the first attribute starts on a multiple of four.
        int offset = (headerBytes + 3) & -4;
        if (payload.remaining() < headerBytes) {
            throw new MalformedMessageException(
                    "message of type "
                            + message.type()
                            + " has "
                            + payload.remaining()
                            + " bytes, less than its header");
        }
        int from = Math.min(offset, payload.remaining());
        return new AttributeReader(
                payload.slice(payload.position() + from, payload.remaining() - from));
    }

    /** Goes to the next attribute; false if there is none. */
    public boolean next() {
        int rest = bytes.limit() - next;
        if (rest == 0) {
            return false;
        }
        int claimed = rest < HEADER_BYTES ? 0 : Short.toUnsignedInt(bytes.getShort(next));
        if (claimed < HEADER_BYTES || claimed > rest) {
            throw new MalformedMessageException(
                    "an attribute claims " + claimed + " bytes of " + rest);
        }
        type = Short.toUnsignedInt(bytes.getShort(next + Short.BYTES)) & TYPE_MASK;
        start = next + HEADER_BYTES;
        length = claimed - HEADER_BYTES;
        next += Math.min((claimed + 3) & -4, rest);
        return true;
    }

    /** What the attribute is, without the flags for nesting and byte order. */
    public int type() {
        return type;
    }

    /** Length of the value, bytes. */
    public int length() {
        return length;
    }

    public int u8() {
        expect(Byte.BYTES);
        return Byte.toUnsignedInt(bytes.get(start));
    }

    public int u16() {
        expect(Short.BYTES);
        return Short.toUnsignedInt(bytes.getShort(start));
    }

    public int s32() {
        expect(Integer.BYTES);
        return bytes.getInt(start);
    }

    public long u32() {
        return Integer.toUnsignedLong(s32());
    }

    /** A number in the network's byte order, as netfilter has them. */
    public int be32() {
        expect(Integer.BYTES);
        return bytes.slice(start, length).order(ByteOrder.BIG_ENDIAN).getInt(0);
    }

    /** A number in the network's byte order, as netfilter has them. */
    public long be64() {
        expect(Long.BYTES);
        return bytes.slice(start, length).order(ByteOrder.BIG_ENDIAN).getLong(0);
    }

    /** The value as it is. */
    public byte[] bytes() {
        byte[] value = new byte[length];
        bytes.get(start, value);
        return value;
    }

    /** Text up to its terminating zero, or to the value's end. */
    public String string() {
        byte[] value = bytes();
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    /** An address of that family, in the network's byte order. */
    public IpAddress address(IpFamily family) {
        expect(family.addressBytes());
        return IpAddress.ofBytes(bytes());
    }

    /** An address of that family with the length of its prefix. */
    public Cidr cidr(IpFamily family, int prefixLength) {
        IpAddress address = address(family);
        if (prefixLength > family.addressBits()) {
            throw new MalformedMessageException("a prefix of " + prefixLength + " bits");
        }
        return new Cidr(address, prefixLength);
    }

    /** The attributes inside this one. */
    public AttributeReader nested() {
        return new AttributeReader(bytes.slice(start, length));
    }

    /** The bytes inside this one, which are not attributes, in native byte order. */
    public ByteBuffer buffer() {
        return bytes.slice(start, length).order(ByteOrder.nativeOrder());
    }

    private void expect(int size) {
        if (length != size) {
            throw new MalformedMessageException(
                    "attribute " + type + " has " + length + " bytes, not " + size);
        }
    }
}

package io.metaplugins.dist.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What goes over the socket in one piece, as docs/agent-protocol.md has it. */
final class Frame {
    static final int EXECUTE = 1;
    static final int ANSWER = 2;
    static final int REFUSED = 3;

    static final int HEADER = 12;

    /** {@code MPLG}, in the order of the bytes. */
    private static final int MAGIC = 0x474c504d;

    private final int version;
    private final int kind;
    private final byte[] body;

    Frame(int version, int kind, byte[] body) {
        this.version = version;
        this.kind = kind;
        this.body = body.clone();
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Frame answer(int status, String out, String err) {
        byte[] first = out.getBytes(StandardCharsets.UTF_8);
        byte[] second = err.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[8 + first.length + second.length];
        littleEndian(body).putInt(status).putInt(first.length).put(first).put(second);
        return new Frame(1, ANSWER, body);
    }

    static Frame refused(int reason, int newest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[4 + bytes.length];
        littleEndian(body).putShort((short) reason).putShort((short) newest).put(bytes);
        return new Frame(1, REFUSED, body);
    }

    int version() {
        return version;
    }

    int kind() {
        return kind;
    }

    Frame inVersion(int other) {
        return new Frame(other, kind, body);
    }

    static Frame read(SocketChannel channel) throws IOException {
        return read(channel, Integer.MAX_VALUE);
    }

    /** Reads it in pieces, none of which is longer than that. */
    static Frame read(SocketChannel channel, int piece) throws IOException {
        byte[] header = read(channel, HEADER, piece);
        int length = littleEndian(header).getInt(8);
        byte[] whole = Arrays.copyOf(header, HEADER + length);
        System.arraycopy(read(channel, length, piece), 0, whole, HEADER, length);
        return parse(whole);
    }

    /** A file that holds nothing but a frame. */
    static Frame parse(byte[] whole) {
        ByteBuffer bytes = littleEndian(whole);
        if (bytes.getInt() != MAGIC || bytes.getInt(8) != whole.length - HEADER) {
            throw new IllegalArgumentException("no frame");
        }
        byte[] body = new byte[whole.length - HEADER];
        bytes.get(HEADER, body);
        return new Frame(bytes.getShort(4), bytes.getShort(6), body);
    }

    private static byte[] read(SocketChannel channel, int length, int piece) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.position() < length) {
            rest.limit(Math.min(length, rest.position() + Math.min(piece, length)));
            if (channel.read(rest) < 0) {
                throw new EOFException();
            }
        }
        return bytes;
    }

    byte[] bytes() {
        byte[] all = new byte[HEADER + body.length];
        ByteBuffer to = littleEndian(all).putInt(MAGIC);
        to.putShort((short) version).putShort((short) kind).putInt(body.length).put(body);
        return all;
    }

    /** The strings of an EXECUTE: two names, and the environment up to the empty one. */
    List<String> strings() {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int end = 0; strings.size() < 2 || end > start || body[end] != 0; end++) {
            if (body[end] == 0) {
                strings.add(new String(body, start, end - start, StandardCharsets.UTF_8));
                start = end + 1;
            }
        }
        return strings;
    }

    /** The standard input of an EXECUTE. */
    String input() {
        int start = 1;
        for (String string : strings()) {
            start += string.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return new String(body, start, body.length - start, StandardCharsets.UTF_8);
    }
}

package io.metaplugins.agent.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One who asks: a request comes in, an answer goes out, and that is all. */
final class Peer {
    private static final int MOST_BYTES = 8 * 1024;
    private static final String END = "\r\n\r\n";

    private final SocketChannel channel;
    private final long deadline;
    private final ByteBuffer request = ByteBuffer.allocate(MOST_BYTES);
    private @Nullable ByteBuffer answer;

    Peer(SocketChannel channel, long deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    boolean isOverdue(long now) {
        return remaining(now) < 0;
    }

    /** Nanoseconds. */
    long remaining(long now) {
        return deadline - now;
    }

    void go(SelectionKey key, Site site) throws IOException {
        if (answer == null) {
            answer = read(site);
        }
        if (answer != null) {
            channel.write(answer);
            if (answer.hasRemaining()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else {
                channel.close();
            }
        }
    }

    /** The answer if the request is whole; else null. */
    private @Nullable ByteBuffer read(Site site) throws IOException {
        if (channel.read(request) < 0) {
            throw new IOException("it hung up");
        }
        String text =
                new String(request.array(), 0, request.position(), StandardCharsets.ISO_8859_1);
        if (text.contains(END)) {
            return site.answer(text.substring(0, text.indexOf("\r\n")));
        }
        if (!request.hasRemaining()) {
            throw new IOException("a request of more than " + MOST_BYTES + " bytes");
        }
        return null;
    }
}

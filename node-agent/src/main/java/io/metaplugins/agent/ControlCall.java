package io.metaplugins.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A word to the agent of this node, over its socket, and what it says. */
public final class ControlCall {
    private static final int REASON_BYTES = 2 * Short.BYTES;

    private ControlCall() {}

    /**
     * What the agent said.
     *
     * @param status 0 if it did what it was told
     * @param output what was asked for
     * @param errors what went wrong
     */
    public record Told(int status, String output, String errors) {}

    /**
     * Tells the agent to do something.
     *
     * @param socket at which it listens
     * @param words the command and its arguments
     * @param patience for the whole answer
     * @throws IOException if there is no agent, or it does not answer, or not in time
     */
    public static Told make(Path socket, List<String> words, Duration patience) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer request =
                    ByteBuffer.wrap(new Frame(Frame.NEWEST, Frame.CONTROL, body(words)).bytes());
            // A blocked call ends when its channel is closed by another thread, and in no other
            // way.
            CompletableFuture<?> limit =
                    new CompletableFuture<>()
                            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete((_, _) -> close(channel));
            try {
                while (request.hasRemaining()) {
                    channel.write(request);
                }
                return read(Channels.newInputStream(channel));
            } catch (AsynchronousCloseException e) {
                throw new IOException("no answer within " + patience.toSeconds() + " s", e);
            } finally {
                limit.cancel(false);
            }
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] body(List<String> words) {
        StringBuilder body = new StringBuilder();
        words.forEach(word -> body.append(word).append('\0'));
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Told read(InputStream in) throws IOException {
        Frame.Header header =
                Frame.Header.read(exactly(in, Frame.HEADER_BYTES), Frame.MAX_ANSWER_BYTES);
        byte[] body = exactly(in, header.length());
        ByteBuffer buffer = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        return switch (header.kind()) {
            case Frame.ANSWER -> answer(buffer);
            case Frame.REFUSED ->
                    throw new IOException("the agent refuses: " + text(buffer, REASON_BYTES));
            default -> throw new MalformedFrameException("no answer: kind " + header.kind());
        };
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the agent ended the connection");
        }
        return bytes;
    }

    private static Told answer(ByteBuffer body) {
        int prefix = 2 * Integer.BYTES;
        int output = body.remaining() < prefix ? -1 : body.getInt(Integer.BYTES);
        if (output < 0 || output > body.remaining() - prefix) {
            throw new MalformedFrameException(
                    "an answer that claims " + output + " bytes of output");
        }
        ByteBuffer upToErrors = body.duplicate().limit(prefix + output);
        return new Told(body.getInt(0), text(upToErrors, prefix), text(body, prefix + output));
    }

    private static String text(ByteBuffer body, int from) {
        ByteBuffer text = body.duplicate().position(Math.min(from, body.limit()));
        return StandardCharsets.UTF_8.decode(text).toString();
    }
}

package io.metaplugins.dist.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens where the launcher looks for the agent, and does to each connection what it is told. */
final class ScriptedAgent implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final List<Frame> requests = new CopyOnWriteArrayList<>();

    /** What happens to one connection, which is closed at the end. */
    interface Act {
        void on(SocketChannel connection, List<Frame> requests) throws IOException;
    }

    /** An act for each connection, the last one for all that follow too. */
    ScriptedAgent(Path socket, Act... acts) {
        this.socket = socket;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().start(() -> serve(List.of(acts)));
    }

    /** Reads a request and answers it. */
    static Act saying(Frame frame) {
        return saying(frame.bytes());
    }

    /** Reads a request and sends these bytes, whatever they are. */
    static Act saying(byte[] bytes) {
        return (connection, requests) -> {
            requests.add(Frame.read(connection));
            write(connection, bytes);
        };
    }

    /** Sends that before it has read anything. */
    static Act interrupting(Frame frame) {
        return (connection, _) -> write(connection, frame.bytes());
    }

    static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    /** The requests that were read whole. */
    List<Frame> requests() {
        return requests;
    }

    private void serve(List<Act> acts) {
        for (int served = 0; server.isOpen(); served++) {
            try (SocketChannel connection = server.accept()) {
                acts.get(Math.min(served, acts.size() - 1)).on(connection, requests);
            } catch (IOException e) {
                // The launcher does not listen to the end, and closing the server ends waiting.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        Files.delete(socket);
    }
}

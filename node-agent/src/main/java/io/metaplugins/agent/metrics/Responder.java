package io.metaplugins.agent.metrics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /metrics}, {@code /livez} and {@code /readyz} over HTTP/1.0, on TCP or a unix
 * socket, from one thread: so little that the server of the JDK would be most of it. A peer that
 * says nothing, or takes nothing, goes after a time, and sooner if others come: however many there
 * are of them, who asks is answered.
 */
public final class Responder implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Responder.class);

    private static final String UNIX = "unix:";
    private static final int LAST_PORT = 0xffff;
    private static final int MOST_PEERS = 16;

    /** Who finds no place in it would come again after a second, and not sooner. */
    private static final int BACKLOG = 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Site site;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final @Nullable Path file;

    private Responder(
            Site site, ServerSocketChannel server, Selector selector, @Nullable Path file) {
        this.site = site;
        this.server = server;
        this.selector = selector;
        this.file = file;
    }

    /**
     * Listens, and answers until it is closed.
     *
     * @param address {@code 127.0.0.1:9464}, {@code [::1]:9464} or {@code unix:/path}
     * @throws IllegalArgumentException if the address is none of these
     * @throws IOException if there is no listening there
     */
    public static Responder open(String address, Metrics metrics, Health health)
            throws IOException {
        Path file = address.startsWith(UNIX) ? Path.of(address.substring(UNIX.length())) : null;
        SocketAddress place = file == null ? tcp(address) : UnixDomainSocketAddress.of(file);
        ServerSocketChannel server =
                file == null
                        ? ServerSocketChannel.open()
                        : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            if (file == null) {
                server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            } else {
                removeSocket(file);
            }
            server.bind(place, BACKLOG).configureBlocking(false);
            Selector selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            Responder responder = new Responder(new Site(metrics, health), server, selector, file);
            Thread thread = new Thread(responder::serve, "metrics");
            thread.setDaemon(true);
            thread.start();
            return responder;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw new IOException(address + " cannot be listened at: " + e.getMessage(), e);
        }
    }

    /** Whether {@link #open} knows what it means. */
    public static boolean isAddress(String address) {
        if (address.startsWith(UNIX)) {
            return address.length() > UNIX.length();
        }
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        return colon > 0
                && address.substring(0, colon).matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")
                && port.matches("[0-9]{1,5}")
                && Integer.parseInt(port) <= LAST_PORT;
    }

    /** That of an agent that was killed; another's file is not for us to remove. */
    private static void removeSocket(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            Files.delete(file);
        }
    }

    /** Numbers only: what a name means would be for others to say. */
    private static InetSocketAddress tcp(String address) {
        if (!isAddress(address)) {
            throw new IllegalArgumentException(
                    "'" + address + "' is no address: want 127.0.0.1:9464 or unix:/path");
        }
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private void serve() {
        try {
            while (server.isOpen()) {
                selector.select(this::turn, GLANCE.toMillis());
                long now = System.nanoTime();
                for (SelectionKey key : selector.keys()) {
                    if (key.attachment() instanceof Peer peer && peer.isOverdue(now)) {
                        close(key);
                    }
                }
            }
        } catch (ClosedSelectorException e) {
            return; // Closed while it was being asked.
        } catch (IOException e) {
            log.error("metrics are not told any more: {}", e.toString());
        }
    }

    private void turn(SelectionKey key) {
        try {
            if (key.attachment() instanceof Peer peer) {
                peer.go(key, site);
            } else {
                accept();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("a peer is let go: {}", e.toString());
            if (key.attachment() instanceof Peer) {
                close(key);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel == null) {
            return;
        }
        List<SelectionKey> peers =
                selector.keys().stream()
                        .filter(key -> key.isValid() && key.attachment() instanceof Peer)
                        .sorted(Comparator.comparingLong(Responder::remaining))
                        .toList();
        if (peers.size() >= MOST_PEERS) {
            close(peers.getFirst());
        }
        channel.configureBlocking(false);
        SelectionKey key =
                channel.register(
                        selector,
                        SelectionKey.OP_READ,
                        new Peer(channel, System.nanoTime() + PATIENCE.toNanos()));
        turn(key); // What it asks may have come with it.
    }

    private static long remaining(SelectionKey key) {
        return key.attachment() instanceof Peer peer ? peer.remaining(System.nanoTime()) : 0;
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            log.debug("{}", e.toString());
        }
    }

    /** Where it listens, with the port that it was given if it asked for any. */
    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SelectionKey key : selector.keys()) {
                close(key);
            }
            selector.close();
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("{}", e.toString());
        }
    }
}

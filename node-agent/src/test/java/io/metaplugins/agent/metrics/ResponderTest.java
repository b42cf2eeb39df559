package io.metaplugins.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks over HTTP, and those who keep others from asking. */
class ResponderTest {
    private static final int CROWD = 2000;

    /** That many can wait at the socket (net.core.somaxconn), and are peers. */
    private static final int AT_ONCE = 64;

    private final AtomicReference<String> problem = new AtomicReference<>("");
    private final Health health =
            new Health() {
                @Override
                public String livez() {
                    return "";
                }

                @Override
                public String readyz() {
                    return problem.get();
                }
            };
    private Responder responder;

    @BeforeEach
    void open() throws IOException {
        responder = Responder.open("127.0.0.1:0", new Metrics(), health);
    }

    @AfterEach
    void close() {
        responder.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(responder.address());
    }

    private static void say(SocketChannel channel, String text) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** All that comes until the end, which there must be; less if it was broken off. */
    private static String hear(SocketChannel channel) {
        ByteBuffer room = ByteBuffer.allocate(1 << 20);
        try {
            while (channel.read(room) >= 0) {
                assertThat(room.hasRemaining()).isTrue();
            }
        } catch (IOException e) {
            return e.toString();
        }
        return new String(room.array(), 0, room.position(), StandardCharsets.UTF_8);
    }

    private String get(String path) throws IOException {
        try (SocketChannel channel = connect()) {
            say(channel, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return hear(channel);
        }
    }

    @Test
    void tellsWhatIsMissingIfItIsNotReady() throws IOException {
        problem.set("the ledger cannot be written: EROFS");

        assertThat(get("/readyz"))
                .startsWith("HTTP/1.0 503 Service Unavailable\r\n")
                .endsWith("\r\n\r\nthe ledger cannot be written: EROFS\n");
        assertThat(get("/livez")).startsWith("HTTP/1.0 200 OK\r\n");
    }

    @Test
    void anHttpClientOfOthersUnderstandsIt() throws Exception {
        int port = ((InetSocketAddress) responder.address()).getPort();
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics?name=up");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("# HELP ").endsWith("\n");
        }
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        try (SocketChannel channel = connect()) {
            for (char each : "HEAD /livez HTTP/1.0\r\n\r\n".toCharArray()) {
                say(channel, String.valueOf(each));
            }

            assertThat(hear(channel)).endsWith("Content-Length: 3\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void whoHangsUpOrSaysTooMuchOrNothingThatCanBeUnderstoodIsLetGo() throws IOException {
        try (SocketChannel gone = connect()) {
            say(gone, "GET /metrics");
        }
        try (SocketChannel endless = connect();
                SocketChannel strange = connect()) {
            say(endless, "GET /" + "x".repeat(8 * 1024));
            say(strange, "\0\1\2 \r\n\r\n");

            assertThat(hear(endless)).doesNotContain("200 OK");
            assertThat(hear(strange)).startsWith("HTTP/1.0 405 ");
        }
        assertThat(get("/livez")).startsWith("HTTP/1.0 200 OK\r\n");
    }

    @Test
    void thousandsThatSayHalfOfItOrTakeNothingKeepNobodyOut() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try {
            for (int count = 0; count < CROWD; count++) {
                SocketChannel each = connect();
                crowd.add(each);
                say(each, count % 2 == 0 ? "GET /metr" : "GET /metrics HTTP/1.0\r\n\r\n");
                if (crowd.size() % AT_ONCE == 0) {
                    assertThat(get("/livez")).startsWith("HTTP/1.0 200 OK\r\n");
                }
            }
            assertThat(held()).isLessThan(CROWD + CROWD / 2);
        } finally {
            for (SocketChannel each : crowd) {
                each.close();
            }
        }
    }

    /** The descriptors of this process, in which both ends are. */
    private static long held() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void whoSaysNothingIsLetGoAfterATime() throws IOException {
        try (SocketChannel silent = connect()) {
            assertThat(hear(silent)).isEmpty();
        }
    }

    @Test
    void takesNoFileOfOthersAway(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("http"), "of somebody else");

        assertThatThrownBy(() -> Responder.open("unix:" + file, new Metrics(), health))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " cannot be listened at");

        assertThat(file).hasContent("of somebody else");
    }

    @Test
    void listensAtAUnixSocketThatAnAgentLeftThatWasKilled(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("http");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file))
                .close();
        assertThat(file).exists();

        try (Responder other = Responder.open("unix:" + file, new Metrics(), health);
                SocketChannel channel = SocketChannel.open(other.address())) {
            say(channel, "GET /livez HTTP/1.0\r\n\r\n");
            assertThat(hear(channel)).endsWith("ok\n");
        }

        assertThat(file).doesNotExist();
    }

    @Test
    void saysWhyItCannotListen() throws IOException {
        String taken = "127.0.0.1:" + ((InetSocketAddress) responder.address()).getPort();

        assertThatThrownBy(() -> Responder.open(taken, new Metrics(), health))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(taken + " cannot be listened at");
        for (String each : List.of("localhost:9464", ":9464", "9464", "127.0.0.1:", "[::1]:x")) {
            assertThatThrownBy(() -> Responder.open(each, new Metrics(), health))
                    .as(each)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

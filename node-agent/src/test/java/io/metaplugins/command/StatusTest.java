package io.metaplugins.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code status} makes of agents of all kinds, which are bytes here. */
class StatusTest {
    /** Header of version 1 and kind 4, and the word "status". */
    private static final String REQUEST = "4d504c47 0100 0400 07000000 73746174757300";

    private static final int REQUEST_BYTES = 19;

    @TempDir private Path run;

    @Test
    void tellsWhatTheAgentSays() throws Exception {
        Typed typed = answered("4d504c47 0100 0200 0e000000 00000000 03000000 75700a 6f6821");

        assertThat(typed.status()).isZero();
        assertThat(typed.out()).startsWith("up\non record: 0 attachments of 0 pods\n");
        assertThat(typed.err()).isEqualTo("oh!");
    }

    @Test
    void tellsThatTheAgentRefused() throws Exception {
        Typed typed = answered("4d504c47 0100 0300 08000000 0200 0100 62757379");

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out()).contains("the agent refuses: busy");
    }

    @Test
    void isNotMisledByWhatIsNoAnswer() throws Exception {
        assertThat(answered("").out()).contains("the agent ended the connection");
        assertThat(answered("4d504c47 0100 0200 ffffff7f").out()).contains("longer than");
        assertThat(answered("48545450 0100 0200 00000000").out()).contains("no message");
        assertThat(answered("4d504c47 0100 0200 08000000 00000000 ff000000").out())
                .contains("claims 255 bytes of output");
        assertThat(answered("4d504c47 0100 0900 00000000").out()).contains("kind 9");
    }

    @Test
    void countsWhatWaitsForAnAgent() throws IOException {
        Files.createDirectories(run.resolve("spool"));
        Files.createFile(run.resolve("spool/00000000000000000001-7.request"));
        Files.createFile(run.resolve("spool/.writing-8"));

        Typed typed = Typed.on(run, "status");

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out())
                .contains("no agent at " + run + "/agent.sock")
                .contains("waiting for an agent: 1 requests in " + run + "/spool")
                .contains("this command: 1.2.3 with ");
    }

    @Test
    void cleanupLeavesTheNodeToAnAgentThatServes() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(run.resolve("agent.sock")));

            Typed typed = Typed.on(run, "cleanup", "--yes");

            assertThat(typed.status()).isEqualTo(1);
            assertThat(typed.err()).contains("an agent serves at " + run + "/agent.sock");
        }
    }

    /** Has an agent hear the request and send these bytes. */
    private Typed answered(String bytes) throws Exception {
        Path socket = run.resolve("agent.sock");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<byte[]> heard =
                    CompletableFuture.supplyAsync(() -> serve(server, parsed(bytes)));
            Typed typed = Typed.on(run, "status");
            assertThat(heard.get()).isEqualTo(parsed(REQUEST));
            return typed;
        }
    }

    private static byte[] serve(ServerSocketChannel server, byte[] answer) {
        try (SocketChannel channel = server.accept()) {
            ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
            while (request.hasRemaining() && channel.read(request) >= 0) {}
            ByteBuffer bytes = ByteBuffer.wrap(answer);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return request.array();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] parsed(String hexadecimal) {
        return HexFormat.of().parseHex(hexadecimal.replace(" ", ""));
    }
}

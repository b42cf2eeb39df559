package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent says to a person, however much it is. */
class ControlCallTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir Path directory;

    private ControlCall.Told told(Answer answer) throws Exception {
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ExecutorService agent = Executors.newSingleThreadExecutor()) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Callable<Void> serve = () -> serve(server, answer);
            Future<Void> served = agent.submit(serve);
            ControlCall.Told told = ControlCall.make(socket, List.of("reapply"), PATIENCE);
            served.get();
            return told;
        }
    }

    private static Void serve(ServerSocketChannel server, Answer answer) throws IOException {
        try (SocketChannel connection = server.accept()) {
            byte[] request =
                    Channels.newInputStream(connection)
                            .readNBytes(Frame.HEADER_BYTES + "reapply\0".length());
            assertThat(request).startsWith('M', 'P', 'L', 'G');
            ByteBuffer bytes = ByteBuffer.wrap(answer.frame(1).bytes());
            while (bytes.hasRemaining()) {
                connection.write(bytes);
            }
        }
        return null;
    }

    @Test
    void getsAnAnswerThatIsLongerThanAnyRequest() throws Exception {
        String output = "changed\n".repeat(3 << 17);

        assertThat(told(new Answer(0, output, "some failed\n")))
                .isEqualTo(new ControlCall.Told(0, output, "some failed\n"));
    }

    @Test
    void isToldWhereAnAnswerIsCutThatIsLongerThanAllowed() throws Exception {
        String output = "geändert\n".repeat(1 << 19);

        ControlCall.Told told = told(new Answer(1, output, "x".repeat(1 << 17)));

        assertThat(told.status()).isEqualTo(1);
        assertThat(told.output())
                .startsWith("geändert\n")
                .endsWith("\n... and 5242880 bytes in all\n")
                .doesNotContain("\ufffd");
        assertThat(told.errors()).startsWith("xxx").endsWith("bytes in all\n");
        String kept = told.output().substring(0, told.output().lastIndexOf("\n..."));
        assertThat(output).startsWith(kept);
    }
}

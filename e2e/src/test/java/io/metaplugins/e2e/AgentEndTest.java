package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How an agent begins and ends, and gives its place to the next one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentEndTest {
    private static final Shell.Output DONE = new Shell.Output(0, "", "");

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();

    @AfterEach
    void endAgents() {
        node.endAgents();
    }

    @AfterAll
    void close() {
        node.close();
    }

    private void assertServes() {
        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
    }

    @Test
    void aSecondAgentEndsAtOnceAndTheFirstServesOn() {
        NodeAgent first = node.serve();

        NodeAgent second = node.start();

        assertThat(second.awaitEnd()).isEqualTo(1);
        assertThat(second.log()).singleElement().asString().contains("another agent serves at");
        assertThat(first.isAlive()).isTrue();
        assertServes();
        first.kill();
        node.serve();
        assertServes();
    }

    /** An upgrade in which the old agent is still there when the new one comes. */
    @Test
    void anAgentOfAnotherCopyServesWhoWaitsAsSoonAsTheFirstEnds(@TempDir Path directory)
            throws IOException {
        Path copy = directory.resolve("bin");
        Shell.run("cp", "-a", Plugins.unpacked().ours().toString(), copy.toString());
        List<String> before = node.picture(pod);
        NodeAgent first = node.serve();
        assertThat(node.ask("ADD", pod).status()).isZero();
        CompletableFuture<Shell.Output> working;
        CompletableFuture<Shell.Output> waiting;
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            working = node.asking("DEL", pod);
            waiting = node.asking("DEL", pod);
            node.awaitQueue(1);

            NodeAgent refused = node.start(copy, List.of(), Map.of());
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.log())
                    .singleElement()
                    .asString()
                    .contains("another agent serves at " + AgentNode.SOCKET);
            assertThat(first.isAlive()).isTrue();
            assertThat(node.queue()).isEqualTo(1);

            first.stopInTime();
            node.start(copy, List.of(), Map.of()).awaitService();
            node.awaitQueue(1);
        }
        assertThat(working.join()).isEqualTo(DONE);
        assertThat(waiting.join()).isEqualTo(DONE);
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.spooled()).isEmpty();
        assertServes();
    }

    @Test
    void whatLiesInTheSocketsPlaceIsNoObstacle() {
        node.run(
                "mkdir -p /run/meta-plugins; rm -f %1$s; : >%1$s; : >%1$s.new"
                        .formatted(AgentNode.SOCKET));

        node.serve();

        assertServes();
    }

    @Test
    void whoComesDuringARestartWaitsAndIsServed() {
        NodeAgent first = node.serve();
        first.stop();
        assertThat(node.run("stat -c %F " + AgentNode.SOCKET).strip()).isEqualTo("socket");

        CompletableFuture<Shell.Output> added = node.asking("ADD", pod);
        node.serve();

        assertThat(added.join().status()).isZero();
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
    }

    @Test
    void theServiceManagerHearsOfItsReadinessAndItsEnd() throws IOException {
        Process listener =
                node.sandbox()
                        .start(
                                "node1",
                                List.of("socat", "-u", "UNIX-RECV:/run/notify", "-"),
                                Map.of());
        try (InputStream told = listener.getInputStream()) {
            node.run("until [ -S /run/notify ]; do :; done");
            NodeAgent agent =
                    node.start(
                            Plugins.unpacked().ours(),
                            List.of(),
                            Map.of("NOTIFY_SOCKET", "/run/notify"));

            assertThat(text(told, "READY=1")).isEqualTo("READY=1");
            assertThat(node.ask("ADD", pod, "0", "60").status()).isZero();
            assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
            agent.stop();
            assertThat(text(told, "STOPPING=1")).isEqualTo("STOPPING=1");
        } finally {
            listener.destroy();
        }
    }

    private static String text(InputStream from, String expected) {
        return CompletableFuture.supplyAsync(() -> read(from, expected.length()))
                .orTimeout(Patience.LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static String read(InputStream from, int length) {
        try {
            return new String(from.readNBytes(length), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAgentServesWhereverTheMonotonicClockStands() {
        List<String> around =
                List.of("unshare", "--time", "--fork", "--kill-child", "--monotonic", "2000000000");
        NodeAgent agent = node.start(Plugins.unpacked().ours(), around, Map.of());

        agent.awaitService();

        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
    }
}

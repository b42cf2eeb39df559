package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An agent with guests that do not leave, say nothing, or keep it waiting. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentCrowdedTest {
    private static final int IDLE = 2000;
    private static final int WORKERS = 4;
    private static final int HEAVY = 250;
    private static final Shell.Output DONE = new Shell.Output(0, "", "");

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();
    private final Attachment other = node.addPod();
    private final NodeAgent agent = node.serve("--request-time", "1");

    @AfterAll
    void close() {
        node.close();
    }

    private void assertServes(Attachment attachment) {
        assertThat(node.ask("ADD", attachment).status()).isZero();
        assertThat(node.ask("DEL", attachment)).isEqualTo(DONE);
    }

    @Test
    void thousandsThatSayNothingOrHalfOfItKeepNobodyOut() throws IOException {
        byte[] whole = AgentFrame.execute("router", Map.of("CNI_COMMAND", "STATUS"), "{}");
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int count = 0; count < IDLE; count++) {
                SocketChannel channel = node.connect();
                idle.add(channel);
                if (count % 2 == 0) {
                    channel.write(ByteBuffer.wrap(whole, 0, whole.length / 2));
                }
            }
            assertServes(pod);
            assertThat(agent.descriptors().size()).isLessThan(IDLE / 2);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** Together they would be four times the heap. */
    @Test
    void hundredsThatSayNearlyAllOfMuchKeepNobodyOut() throws IOException {
        byte[] whole =
                AgentFrame.execute(
                        "router", Map.of("CNI_COMMAND", "STATUS"), "{}" + " ".repeat(1 << 20));
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int count = 0; count < HEAVY; count++) {
                SocketChannel channel = node.connect();
                idle.add(channel);
                sendAsFarAsItGoes(channel, ByteBuffer.wrap(whole, 0, whole.length - 1));
            }
            assertServes(pod);
            assertThat(agent.log()).doesNotContain("OutOfMemoryError");
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** The agent may have enough of it before. */
    private static void sendAsFarAsItGoes(SocketChannel channel, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Broken pipe");
        }
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        byte[] whole = AgentFrame.execute("router", Map.of("CNI_COMMAND", "VERSION"), "{}");
        try (SocketChannel channel = node.connect()) {
            for (byte each : whole) {
                AgentNode.send(channel, new byte[] {each});
            }

            assertThat(AgentFrame.text(AgentNode.receive(channel))).contains("supportedVersions");
        }
    }

    @Test
    void whoHangsKeepsOnlyItsOwnContainerWaitingAndItsLauncherNotForEver() throws Exception {
        assertServes(pod);
        List<String> before = node.picture(pod);
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            CompletableFuture<Shell.Output> add = node.asking("ADD", pod, "60", "3");
            assertServes(other);

            assertThat(add.join().stdout()).contains("\"code\":11").contains("no agent answers");
            assertThat(node.ask("DEL", pod, "60", "3")).isEqualTo(DONE);
            assertThat(node.spooled()).hasSize(1);
            assertServes(other);
        }

        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
        assertThat(node.spooled()).isEmpty();
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }

    private byte[] deletion(String container) {
        return AgentFrame.execute(
                "router",
                Map.of(
                        "CNI_COMMAND", "DEL",
                        "CNI_CONTAINERID", container,
                        "CNI_IFNAME", "net1",
                        "CNI_PATH", "/opt/cni/bin"),
                node.runtime().configuration(pod, "router").toString());
    }

    private CompletableFuture<Integer> kindOfAnswerTo(byte[] request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return AgentFrame.kind(node.exchange(request));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().start(task));
    }

    private static long count(List<CompletableFuture<Integer>> answers, int kind) {
        return answers.stream().filter(each -> each.getNow(0) == kind).count();
    }

    /** Those that serve, as many again in the place of those that hang, and no more. */
    @Test
    void itsThreadsAreFewHoweverManyHangAndSayNothing() throws IOException {
        assertServes(pod);
        awaitWorkers(WORKERS);
        int before = agent.threads();
        List<SocketChannel> idle = new ArrayList<>();
        List<HeldContainer> held = new ArrayList<>();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        try {
            for (int count = 0; count < IDLE; count++) {
                idle.add(node.connect());
            }
            for (int count = 0; count < 4 * WORKERS; count++) {
                held.add(HeldContainer.hold(node, "hangs-" + count));
                answers.add(kindOfAnswerTo(deletion("hangs-" + count)));
            }
            Patience.until(
                    () -> count(answers, AgentFrame.REFUSED) == 2 * WORKERS,
                    "as many hang as there can be at work",
                    () -> answers);
            awaitWorkers(2 * WORKERS);
            assertThat(agent.threads()).isLessThan(before + 4 * WORKERS);
        } finally {
            for (HeldContainer each : held) {
                each.close();
            }
            for (SocketChannel each : idle) {
                each.close();
            }
        }
        answers.forEach(CompletableFuture::join);
        assertThat(count(answers, AgentFrame.ANSWER)).isEqualTo(2 * WORKERS);
        assertServes(pod);
        awaitWorkers(WORKERS);
    }

    private void awaitWorkers(int number) {
        Patience.until(() -> agent.workers() == number, "workers: " + number, agent::workers);
    }
}

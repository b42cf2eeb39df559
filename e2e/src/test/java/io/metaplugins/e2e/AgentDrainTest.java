package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An agent that is told to end while it is at work: what it does not finish, another one does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentDrainTest {
    private static final Shell.Output DONE = new Shell.Output(0, "", "");
    private static final int ENDED_BY_SIGTERM = 143;

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();
    private final List<String> before = node.picture(pod);

    @BeforeEach
    void add() {
        node.serve();
        assertThat(node.ask("ADD", pod).status()).isZero();
    }

    @AfterEach
    void endAgents() {
        node.endAgents();
    }

    @AfterAll
    void close() {
        node.close();
    }

    /** One that the agent is at, and one that waits for its turn. */
    private List<CompletableFuture<Shell.Output>> twoDeletions() {
        List<CompletableFuture<Shell.Output>> both = new ArrayList<>();
        for (int count = 0; count < 2; count++) {
            both.add(node.asking("DEL", pod));
        }
        node.awaitQueue(1);
        return both;
    }

    private void assertDone(List<CompletableFuture<Shell.Output>> all) {
        assertThat(all).extracting(CompletableFuture::join).containsOnly(DONE);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
        assertThat(node.spooled()).isEmpty();
    }

    @Test
    void whatHasComeIsFinished() throws Exception {
        NodeAgent agent = node.agent();
        List<CompletableFuture<Shell.Output>> deletions;
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            deletions = twoDeletions();
            agent.terminate();
        }

        assertDone(deletions);
        assertThat(agent.awaitEnd()).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(agent.log()).last().asString().contains("stopped");
    }

    @Test
    void whatHangsIsLeftToTheNextAgent() throws Exception {
        NodeAgent agent = node.agent();
        List<CompletableFuture<Shell.Output>> deletions;
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            deletions = twoDeletions();

            assertThat(agent.stopInTime()).isEqualTo(ENDED_BY_SIGTERM);

            assertThat(agent.log())
                    .filteredOn(line -> line.contains(pod.container() + "' is not done"))
                    .hasSize(2);
            node.serve();
            node.awaitQueue(1);
        }
        assertDone(deletions);
    }

    @Test
    void whatHangsIsLeftInTheSpoolIfThereIsNoNextAgent() throws Exception {
        CompletableFuture<Shell.Output> deletion;
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            deletion = node.asking("DEL", pod, "0.2", "60");
            node.agent().awaitPodHeld();

            node.agent().stopInTime();

            assertThat(deletion.join()).isEqualTo(DONE);
            assertThat(node.spooled()).hasSize(1);
        }
        node.serve();
        assertNothingIsLeft();
    }

    @Test
    void whatHangsInTheSpoolKeepsNobodyFromEnding() throws Exception {
        node.agent().stop();
        assertThat(node.ask("DEL", pod, "0", "60")).isEqualTo(DONE);
        node.run("mv %s/*.request /run/".formatted(AgentNode.SPOOL));
        NodeAgent agent = node.serve();
        agent.awaitNoPodHeld();
        try (HeldContainer _ = HeldContainer.hold(node, pod)) {
            node.run("mv /run/*.request %s/".formatted(AgentNode.SPOOL));
            agent.awaitPodHeld();

            assertThat(agent.stopInTime()).isEqualTo(ENDED_BY_SIGTERM);

            assertThat(node.spooled()).hasSize(1);
        }
        node.serve();
        assertNothingIsLeft();
    }
}

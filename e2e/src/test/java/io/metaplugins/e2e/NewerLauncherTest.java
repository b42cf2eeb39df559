package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An upgrade has replaced the launchers, and not yet the agent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewerLauncherTest {
    private static final Shell.Output DONE = new Shell.Output(0, "", "");
    private static final int NEWER = 2;

    private final AgentNode node = newer();
    private final Attachment pod = node.addPod();
    private final List<String> before = node.picture(pod);

    private static AgentNode newer() {
        AgentNode node = AgentNode.open();
        String launcher = node.launchers().resolve("router").toString();
        Shell.run(
                "sh",
                "-ec",
                """
                gcc -std=c11 -D_GNU_SOURCE -DFRAMING_NEWEST=%d -DVERSION='"9"' ../dist/launcher/*.c -o %s
                """
                        .formatted(NEWER, launcher));
        return node;
    }

    @AfterEach
    void endAgents() {
        node.endAgents();
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void theAgentSaysWhichVersionItSpeaks() throws IOException {
        node.serve();

        byte[] answer = node.exchange(AgentFrame.frame(NEWER, AgentFrame.CONTROL, new byte[2]));

        assertThat(AgentFrame.kind(answer)).isEqualTo(AgentFrame.REFUSED);
        assertThat(answer).startsWith("MPLG\2\0".getBytes(StandardCharsets.US_ASCII));
        assertThat(AgentFrame.reason(answer)).isEqualTo(AgentFrame.UNKNOWN_VERSION);
        assertThat(AgentFrame.newest(answer)).isEqualTo(1);
    }

    @Test
    void whatItAsksIsDoneInTheAgentsVersion() {
        node.serve();

        Shell.Output added = node.ask("ADD", pod);

        assertThat(added.status()).as(added.toString()).isZero();
        assertThat(node.picture(pod)).isNotEqualTo(before);
        assertThat(node.ask("CHECK", pod)).isEqualTo(DONE);
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }

    /** What it leaves, only an agent of its age can read: it is kept for that one. */
    @Test
    void whatItLeavesWaitsForANewerAgent() {
        assertThat(node.ask("DEL", pod, "0.2", "60")).isEqualTo(DONE);

        NodeAgent agent = node.serve();

        assertThat(node.spooled()).singleElement().asString().endsWith(".request");
        assertThat(agent.log())
                .filteredOn(line -> line.contains("is of a newer release, and waits for it"))
                .hasSize(1);
        node.run("rm %s/*.request".formatted(AgentNode.SPOOL));
    }
}

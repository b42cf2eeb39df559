package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A node whose agent is away for longer than launchers wait. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageTest {
    private static final String AT_ONCE = "0.2";
    private static final String EVER = "60";

    private final AgentNode node = AgentNode.open();
    private Attachment first;
    private List<String> before;

    @BeforeEach
    void addPod() {
        first = node.addPod();
        before = node.picture(first);
    }

    @AfterEach
    void endAgents() {
        node.endAgents();
        node.run("rm -rf " + AgentNode.SPOOL);
    }

    @AfterAll
    void close() {
        node.close();
    }

    private Shell.Output hurriedly(String verb, Attachment attachment) {
        return node.ask(verb, attachment, AT_ONCE, EVER);
    }

    private void added() {
        NodeAgent agent = node.serve();
        assertThat(node.ask("ADD", first).status()).isZero();
        agent.kill();
    }

    @Test
    void nothingIsAddedAndStatusSaysSo() {
        Shell.Output add = hurriedly("ADD", first);

        assertThat(add.status()).isEqualTo(1);
        assertThat(add.stdout()).contains("\"code\":11").contains("no agent answers");
        assertThat(hurriedly("CHECK", first).stdout()).contains("\"code\":11");
        assertThat(hurriedly("STATUS", first).stdout()).contains("\"code\":50");
        assertThat(node.picture(first)).isEqualTo(before);
    }

    @Test
    void whatIsDeletedMeanwhileIsDeletedBeforeTheAgentServes() {
        added();

        assertThat(hurriedly("DEL", first)).isEqualTo(new Shell.Output(0, "", ""));

        assertThat(node.spooled()).singleElement().asString().endsWith(".request");
        assertThat(node.picture(first)).isNotEqualTo(before);
        node.serve();
        assertThat(node.spooled()).isEmpty();
        assertThat(node.picture(first)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }

    @Test
    void aDelThatWasLeftComesBeforeTheAddThatFollows() {
        added();
        hurriedly("DEL", first);
        String left = node.spooled().getFirst();
        String aside = "mv %s/%s /run/".formatted(AgentNode.SPOOL, left);
        node.run(aside);
        NodeAgent agent = node.serve();

        // The agent looks from time to time; what it has not seen yet it finds with the ADD.
        node.run("mv /run/%s %s/".formatted(left, AgentNode.SPOOL));
        assertThat(node.ask("ADD", first).status()).isZero();

        assertThat(node.spooled()).isEmpty();
        assertThat(node.ask("CHECK", first)).isEqualTo(new Shell.Output(0, "", ""));
        agent.awaitLine("carried out " + left);
    }

    @Test
    void aDelIsCarriedOutWhateverTheClockSaidWhenItWasLeft() {
        added();
        hurriedly("DEL", first);
        node.run("cd %s; mv *.request 09223372036854775807-1.request".formatted(AgentNode.SPOOL));

        node.serve();

        assertThat(node.spooled()).isEmpty();
        assertThat(node.picture(first)).isEqualTo(before);
    }

    @Test
    void aDelOfAPodThatIsGoneMeanwhileLeavesNothingOnTheNode() {
        added();
        hurriedly("DEL", first);
        String pod = first.netns();
        node.run("ip netns delete %s; ip netns add %s".formatted(pod, pod));
        List<String> stranger = node.picture(first);

        node.serve();

        assertThat(node.spooled()).isEmpty();
        assertThat(node.leftBehind()).isEmpty();
        assertThat(node.picture(first)).isEqualTo(stranger);
    }

    @Test
    void whatCannotBeReadIsSetAsideAndWhatIsNotWholeIsIgnored() {
        added();
        hurriedly("DEL", first);
        node.run(
                """
                cd %s
                whole=$(echo *.request)
                head -c 50 "$whole" >.writing-00000000000000000001-1.request
                head -c 50 "$whole" >00000000000000000002-1.request
                head -c 100 /dev/urandom >00000000000000000003-1.request
                : >00000000000000000004-1.request
                mkdir 00000000000000000005-1.request
                """
                        .formatted(AgentNode.SPOOL));

        NodeAgent agent = node.serve();

        assertThat(node.spooled())
                .containsExactly(
                        ".writing-00000000000000000001-1.request",
                        "00000000000000000002-1.request.unreadable",
                        "00000000000000000003-1.request.unreadable",
                        "00000000000000000004-1.request.unreadable",
                        "00000000000000000005-1.request");
        assertThat(agent.log()).filteredOn(line -> line.contains("is set aside")).hasSize(3);
        assertThat(node.picture(first)).isEqualTo(before);
    }
}

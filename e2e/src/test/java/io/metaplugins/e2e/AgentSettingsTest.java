package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The agent follows what is said for all pods of its node, and running pods follow the agent. */
class AgentSettingsTest {
    private static final String FILE = "/run/settings.json";

    private final AgentNode node = AgentNode.open();
    private final Operator operator = new Operator(node.sandbox(), "node1");
    private Attachment pod;

    @BeforeEach
    void addPod() {
        pod = node.addPod();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void settings(String text) {
        node.run("echo '%s' >%s.new; mv %s.new %s".formatted(text, FILE, FILE, FILE));
    }

    private static String subnet(String subnet) {
        return "{\"additional_hijack_subnet\": [\"" + subnet + "\"]}";
    }

    private NodeAgent serve(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--settings";
        all[1] = FILE;
        System.arraycopy(options, 0, all, 2, options.length);
        return node.serve(all);
    }

    private String rules() {
        return node.sandbox().run(pod.netns(), "ip rule");
    }

    private String status() {
        return operator.executes("", Map.of(), "status").stdout();
    }

    @Test
    void aRunningPodGetsASubnetThatIsWrittenIntoTheFile() {
        settings(subnet("10.60.0.0/16"));
        NodeAgent agent = serve();
        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(rules()).contains("to 10.60.0.0/16");

        settings(subnet("10.61.0.0/16"));

        agent.awaitLine("planned anew");
        assertThat(rules()).contains("to 10.61.0.0/16").doesNotContain("10.60.0.0");
        assertThat(node.ask("CHECK", pod)).isEqualTo(new Shell.Output(0, "", ""));
        assertThat(node.ask("DEL", pod).status()).isZero();
        assertThat(rules()).doesNotContain("10.61.0.0");
    }

    @Test
    void whatIsWrongInTheFileIsToldAndChangesNothing() {
        settings(subnet("10.60.0.0/16"));
        NodeAgent agent = serve("--repair", "log", "--full-pass", "77", "--grace", "33");
        assertThat(status())
                .containsPattern("\"repair\" ?: ?\"log\"")
                .contains("\"77s\"", "\"33s\"");

        settings("{\"additional_hijack_subnet\": [\"10.61.0.0/33\"]}");

        agent.awaitLine("the settings stay as they were").awaitLine("10.61.0.0/33");
        assertThat(status()).contains("10.61.0.0/33");
        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(rules()).contains("to 10.60.0.0/16");
    }

    @Test
    void whatChangedWhileNoAgentRanIsFollowedAtItsStart() {
        settings(subnet("10.60.0.0/16"));
        node.run("ip address add 198.51.100.7/32 dev eth0");
        serve();
        assertThat(node.ask("ADD", pod).status()).isZero();
        String wished = "ip rule; ip route show table all";
        assertThat(node.sandbox().run(pod.netns(), wished)).contains("198.51.100.7");
        node.endAgents();

        settings(subnet("10.61.0.0/16"));
        node.run("ip address del 198.51.100.7/32 dev eth0");
        serve().awaitLine("planned anew");

        assertThat(rules()).contains("to 10.61.0.0/16").doesNotContain("10.60.0.0");
        assertThat(node.sandbox().run(pod.netns(), wished)).doesNotContain("198.51.100.7");
        assertThat(node.ask("CHECK", pod)).isEqualTo(new Shell.Output(0, "", ""));
    }

    @Test
    void theAgentDoesWhatReapplyIsAskedFor() {
        serve();
        assertThat(node.ask("ADD", pod).status()).isZero();
        String other = pod.conflist().replace("10.244.64.0/18", "10.98.0.0/16");

        Shell.Output told = operator.executes(other, Map.of(), "reapply", "--config", "-");
        Shell.Output wrong =
                operator.executes(
                        other.replace("10.98.0.0/16", "10.98.0.0/77"),
                        Map.of(),
                        "reapply",
                        "--config",
                        "-");

        assertThat(told.status()).as(told.stderr()).isZero();
        assertThat(told.stdout()).contains("changed: 1 of 1 ");
        assertThat(rules()).contains("to 10.98.0.0/16").doesNotContain("10.244.64.0");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.stderr()).contains("10.98.0.0/77");
        assertThat(node.ask("CHECK", pod)).isEqualTo(new Shell.Output(0, "", ""));
    }
}

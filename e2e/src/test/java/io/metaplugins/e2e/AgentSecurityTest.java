package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the agent serves, and what it makes of what it gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentSecurityTest {
    private static final int MUTATIONS = 3000;
    private static final String NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups";

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();
    private final NodeAgent agent = node.serve();

    @AfterAll
    void close() {
        node.close();
    }

    private void assertThereIsNobody() {
        assertThat(node.sandbox().attempt("node1", NOBODY + " true").status())
                .as(
                        "this needs a second user: run it as root, or let newuidmap give you some:"
                                + " usermod --add-subuids 100000-165535"
                                + " --add-subgids 100000-165535 YOU")
                .isZero();
    }

    private void assertServes() {
        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(node.ask("CHECK", pod).status()).isZero();
        assertThat(node.ask("DEL", pod)).isEqualTo(new Shell.Output(0, "", ""));
    }

    @Test
    void onlyRootFindsTheSocketOpen() {
        assertThereIsNobody();
        assertThat(node.run("stat -c '%a %u' " + AgentNode.SOCKET).strip()).isEqualTo("600 0");
        String knock = NOBODY + " socat -u OPEN:/dev/null UNIX-CONNECT:" + AgentNode.SOCKET;

        assertThat(node.sandbox().attempt("node1", knock).stderr()).contains("Permission denied");
    }

    @Test
    void anotherUserIsTurnedAwayThoughTheFileLetsHimIn() {
        assertThereIsNobody();
        String home = "/run/meta-plugins";
        node.run("chmod 755 %s; chmod 666 %s".formatted(home, AgentNode.SOCKET));

        String answer =
                node.run(
                        NOBODY
                                + " socat -t 30 STDIO UNIX-CONNECT:"
                                + AgentNode.SOCKET
                                + " </dev/null 2>/dev/null || :");

        assertThat(answer).isEmpty();
        agent.awaitLine("user 65534 knocked, and was not let in");
        node.run("chmod 600 %s; chmod 700 %s".formatted(AgentNode.SOCKET, home));
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/hostname",
                "/etc",
                "/dev/null",
                "/proc/self/ns/mnt",
                "/run/fifo",
                "/run/meta-plugins/agent.sock"
            })
    void whatIsNoNetworkNamespaceIsRefused(String path) {
        node.run("[ -p /run/fifo ] || mkfifo /run/fifo");
        List<String> before = node.picture(pod);
        Map<String, String> environment = new HashMap<>(pod.environment());
        environment.put("CNI_NETNS", path);

        Shell.Output output =
                node.runtime()
                        .attempt(
                                "ADD",
                                "router",
                                node.runtime().configuration(pod, "router").toString(),
                                environment);

        assertThat(output.status()).isEqualTo(1);
        assertThat(output.stdout()).contains("\"code\":4").contains("CNI_NETNS");
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }

    /** The path is good, and the agent could open it: but nobody has proved that he may. */
    @Test
    void aPathWithoutADescriptorIsNotOpened() throws IOException {
        List<String> before = node.picture(pod);

        byte[] answer = node.exchange(request("ADD"));

        assertThat(AgentFrame.kind(answer)).isEqualTo(AgentFrame.ANSWER);
        assertThat(AgentFrame.status(answer)).isEqualTo(1);
        assertThat(AgentFrame.text(answer)).contains("\"code\":4").contains("could not be opened");
        assertThat(node.picture(pod)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/cron.d/root", "/var/log/../../etc/cron.d/root", "/run/x.log"})
    void aRequestHasNoFileWrittenButWhereLogsAre(String file) {
        String own = "/var/log/meta-plugins/router.log";
        ObjectNode configuration = node.runtime().configuration(pod, "router");
        configuration.putObject("log_options").put("log_file", file);
        Map<String, String> environment = new HashMap<>(pod.environment());

        Shell.Output output =
                node.runtime().attempt("ADD", "router", configuration.toString(), environment);

        assertThat(output.status()).isZero();
        assertThat(node.run("test -e %s || echo no".formatted(file)).strip()).isEqualTo("no");
        assertThat(node.run("grep 'logs below' %s | tail -n 1".formatted(own)))
                .contains("log_file=" + file + ": the agent logs below /var/log alone");
        assertThat(node.ask("DEL", pod)).isEqualTo(new Shell.Output(0, "", ""));
    }

    @Test
    void requestsOfAnyBytesAreAnsweredAndLeaveNothing() throws IOException {
        long seed = System.nanoTime();
        System.out.println("AgentSecurityTest: seed " + seed);
        Random random = new Random(seed);
        byte[] valid = request("STATUS");
        assertServes();
        long sockets = sockets();

        for (int count = 0; count < MUTATIONS; count++) {
            byte[] answer = node.exchange(mutated(valid, random));
            assertThat(AgentFrame.kind(answer))
                    .as("mutation %d, seed %d", count, seed)
                    .isIn(AgentFrame.ANSWER, AgentFrame.REFUSED);
        }

        assertServes();
        assertThat(agent.isAlive()).isTrue();
        agent.awaitNoPodHeld();
        // Its keeper may be looking at something.
        assertThat(sockets()).isLessThan(sockets + 20);
        assertThat(node.leftBehind()).isEmpty();
    }

    private long sockets() {
        return agent.descriptors().stream().filter(each -> each.startsWith("socket:")).count();
    }

    private byte[] request(String verb) {
        Map<String, String> environment = new HashMap<>(pod.environment());
        environment.put("CNI_COMMAND", verb);
        environment.put("CNI_PATH", "/opt/cni/bin");
        return AgentFrame.execute(
                "router", environment, node.runtime().configuration(pod, "router").toString());
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        for (int changes = random.nextInt(1, 8); changes > 0; changes--) {
            // The header as often as all the rest.
            int where = random.nextInt(random.nextBoolean() ? AgentFrame.HEADER : bytes.length);
            bytes[where] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0);
        }
        return random.nextInt(4) > 0
                ? bytes
                : Arrays.copyOf(bytes, random.nextInt(1, bytes.length + 64));
    }
}

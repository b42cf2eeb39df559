package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was left while there was no agent, and cannot be carried out at once or as it was meant. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LateRequestTest {
    /** That a newer agent may know. */
    private static final String OF_ANOTHER_DAY =
            "{\"cniVersion\": \"9.0.0\", \"name\": \"underlay\", \"type\": \"router\"}";

    private static final String AT_ONCE = "0.2";
    private static final Shell.Output DONE = new Shell.Output(0, "", "");

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

    /** Has the agent add pods, and dies. */
    private void added(Attachment... pods) {
        NodeAgent agent = node.serve();
        for (Attachment pod : pods) {
            assertThat(node.ask("ADD", pod).status()).isZero();
        }
        agent.kill();
    }

    private List<String> inside(Attachment pod) {
        return Cluster.picture(node.sandbox(), pod.netns());
    }

    /** Has a DEL left in the spool. */
    private void leave(Attachment attachment) {
        assertThat(node.ask("DEL", attachment, AT_ONCE, "60")).isEqualTo(DONE);
    }

    /** As often as the agent would have to wait for it longer than its launchers do. */
    @Test
    void whoIsAtWorkOnAContainerKeepsNobodyElseWaitingAtTheStart() throws IOException {
        Attachment other = node.addPod();
        List<String> otherBefore = inside(other);
        List<String> unattached = node.picture(first, other);
        added(first, other);
        for (int count = 0; count < 10; count++) {
            leave(first);
        }
        leave(other);
        try (HeldContainer _ = HeldContainer.hold(node, first)) {
            NodeAgent next = node.serve();

            assertThat(node.spooled()).hasSize(10);
            assertThat(inside(other)).isEqualTo(otherBefore);
            assertThat(node.ask("ADD", other).status()).isZero();
            assertThat(node.ask("DEL", other)).isEqualTo(DONE);
            assertThat(next.log())
                    .filteredOn(line -> line.contains("another process has been at work on"))
                    .hasSize(10);
            next.stopInTime();
            node.serve();
        }
        Patience.until(() -> node.spooled().isEmpty(), "all is carried out", node::spooled);
        assertThat(node.picture(first, other)).isEqualTo(unattached);
        assertThat(node.leftBehind()).isEmpty();
    }

    /** Leaves some DELs, and takes them out of the spool again. */
    private List<String> leaveAside(Attachment attachment, int number) {
        for (int count = 0; count < number; count++) {
            leave(attachment);
        }
        List<String> names = node.spooled();
        node.run("mkdir -p /run/aside; mv %s/*.request /run/aside/".formatted(AgentNode.SPOOL));
        return names;
    }

    private void putBack(List<String> names) {
        names.forEach(name -> node.run("mv /run/aside/%s %s/".formatted(name, AgentNode.SPOOL)));
    }

    @Test
    void whatWaitsForItsTurnWaitsOnceHoweverOftenTheAgentLooks() throws IOException {
        Attachment other = node.addPod();
        added(first, other);
        List<String> waiting = leaveAside(first, 3);
        List<String> passing = leaveAside(other, 4);
        NodeAgent agent = node.serve();
        List<CompletableFuture<Shell.Output>> deletions;
        try (HeldContainer _ = HeldContainer.hold(node, first)) {
            deletions = List.of(node.asking("DEL", first), node.asking("DEL", first));
            node.awaitQueue(1);
            putBack(waiting);
            for (String name : passing) {
                putBack(List.of(name));
                agent.awaitLine("carried out " + name);
            }
            assertThat(node.queue()).isEqualTo(1 + waiting.size());
        }
        assertThat(deletions).extracting(CompletableFuture::join).containsOnly(DONE);
        Patience.until(() -> node.spooled().isEmpty(), "all is carried out", node::spooled);
    }

    /** Its runtime has sent the DEL by then, if it knows of the pod at all. */
    @Test
    void anAddThatNobodyWaitsForIsNotDone() throws IOException {
        node.serve();
        assertThat(node.ask("ADD", first).status()).isZero();
        List<CompletableFuture<Shell.Output>> deletions;
        try (HeldContainer _ = HeldContainer.hold(node, first)) {
            deletions = List.of(node.asking("DEL", first), node.asking("DEL", first));
            node.awaitQueue(1);
            CompletableFuture<Shell.Output> add = node.asking("ADD", first, "60", "2");
            node.awaitQueue(2);
            assertThat(add.join().stdout()).contains("\"code\":11");
        }

        assertThat(deletions).extracting(CompletableFuture::join).containsOnly(DONE);
        assertThat(node.ask("CHECK", first).stdout()).contains("\"code\":");
        node.agent().awaitLine("nobody waits for an ADD of container");
        assertThat(node.picture(first)).isEqualTo(before);
    }

    /** The other way round the ADD would be undone as soon as the DEL succeeds. */
    @Test
    void anAddWaitsForTheDelThatWasLeftAndFails() {
        added(first);
        Shell.Output left =
                node.runtime()
                        .with(Map.of("META_PLUGINS_WAIT", AT_ONCE))
                        .attempt("DEL", "router", OF_ANOTHER_DAY, first.environment());
        assertThat(left).isEqualTo(DONE);
        Attachment other = node.addPod();

        node.serve().awaitLine("failed, and is tried again");

        Shell.Output add = node.ask("ADD", first);
        assertThat(add.status()).isEqualTo(1);
        assertThat(add.stdout()).contains("\"code\":11").contains("is not done yet");
        assertThat(node.ask("ADD", other).status()).isZero();
        assertThat(node.ask("DEL", other)).isEqualTo(DONE);
        assertThat(node.ask("CHECK", first)).isEqualTo(DONE);
        assertThat(node.ask("DEL", first)).isEqualTo(DONE);
        node.run("rm %s/*.request".formatted(AgentNode.SPOOL));
        assertThat(node.ask("ADD", first).status()).isZero();
        assertThat(node.ask("DEL", first)).isEqualTo(DONE);
    }

    private Shell.Output collect(String configuration) {
        return node.runtime()
                .with(Map.of("META_PLUGINS_WAIT", AT_ONCE))
                .attempt("GC", "router", configuration, Map.of());
    }

    /** A network of which nothing is valid any more, but what comes later. */
    private String nothingIsValid() {
        return node.runtime()
                .configuration(first, "router")
                .put("cniVersion", "1.1.0")
                .set("cni.dev/valid-attachments", JsonNodeFactory.instance.arrayNode())
                .toString();
    }

    @Test
    void aGarbageCollectionThatWasLeftTakesWhatWasThereThen() {
        added(first);

        assertThat(collect(nothingIsValid())).isEqualTo(DONE);

        node.serve();
        assertThat(node.spooled()).isEmpty();
        assertThat(node.picture(first)).isEqualTo(before);
    }

    @Test
    void aGarbageCollectionThatWasLeftTakesNothingThatCameLater() {
        List<String> unattached = inside(first);
        added(first);
        collect(nothingIsValid());
        String left = node.spooled().getFirst();
        node.run("mv %s/%s /run/".formatted(AgentNode.SPOOL, left));
        NodeAgent agent = node.serve();
        Attachment later = node.addPod();
        assertThat(node.ask("ADD", later).status()).isZero();

        node.run("mv /run/%s %s/".formatted(left, AgentNode.SPOOL));
        agent.awaitLine("carried out " + left);

        assertThat(inside(first)).as("added before").isEqualTo(unattached);
        assertThat(node.ask("CHECK", later)).isEqualTo(DONE);
        assertThat(node.ask("DEL", later)).isEqualTo(DONE);
    }

    /** A DEL of no interface: launchers leave it as it is, for they do not read requests. */
    @Test
    void whatCanNeverBeCarriedOutIsTriedOnce() throws IOException {
        byte[] request =
                AgentFrame.execute(
                        "router",
                        Map.of(
                                "CNI_COMMAND", "DEL",
                                "CNI_CONTAINERID", "c0ffee",
                                "CNI_PATH", "/opt/cni/bin"),
                        "{\"cniVersion\": \"1.1.0\", \"name\": \"n\", \"type\": \"router\"}");
        node.run(
                "mkdir -p %1$s; echo %2$s | base64 -d >%1$s/00000000000000000001-1.request"
                        .formatted(AgentNode.SPOOL, Base64.getEncoder().encodeToString(request)));

        NodeAgent agent = node.serve();

        assertThat(node.spooled()).containsExactly("00000000000000000001-1.request.refused");
        assertThat(agent.log())
                .filteredOn(line -> line.contains("is set aside"))
                .singleElement()
                .asString()
                .contains("CNI_IFNAME");
    }

    /** By then it would not know of what is valid. */
    @Test
    void aGarbageCollectionThatFailsIsNotTriedAgain() {
        added(first);
        collect(nothingIsValid());
        String damaged = "/run/meta-plugins/ledger/macvlan-overlay/damaged-net1.router.json";
        node.run("echo '{' >" + damaged);

        NodeAgent agent = node.serve();

        assertThat(node.spooled()).isEmpty();
        assertThat(agent.log())
                .filteredOn(line -> line.contains("failed, and is given up"))
                .singleElement()
                .asString()
                .contains(damaged);
        assertThat(node.picture(first)).isEqualTo(before);
        node.run("rm " + damaged);
    }

    @Test
    void whatLaunchersAndProcessesThatWereKilledLeftHalfWrittenGoesWithTime() {
        added(first);
        leave(first);
        String ledger = "/run/meta-plugins/ledger";
        node.run(
                """
                cd %s; touch -d '2 hours ago' .writing-00000000000000000001-1.request
                cd %s; touch -d '2 hours ago' .writing123.tmp macvlan-overlay/.writingx.json
                """
                        .formatted(AgentNode.SPOOL, ledger));

        node.serve();

        assertThat(node.spooled()).isEmpty();
        assertThat(node.leftBehind()).isEmpty();
    }
}

package io.metaplugins.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.Request;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.plan.Plan;
import io.metaplugins.testkit.FullLibc;
import io.metaplugins.testkit.PassingLibc;
import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of CNI, by what becomes of the records. */
class VerbsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Libc libc = JnrLibc.load();
    @TempDir private Path root;

    private static AttachmentId id(String container) {
        return new AttachmentId("net", "bystander", container, new InterfaceName("net1"));
    }

    private void record(String container, Instant time) {
        record(container, (Namespace) null, time);
    }

    private void record(String container, @Nullable Namespace namespace, Instant time) {
        try (Ledger ledger = new Ledger(root);
                Ledger.Entry entry = ledger.open(id(container), PATIENCE)) {
            entry.write(new Receipt(id(container), namespace, time, Plan.EMPTY, List.of(), null));
        }
    }

    private void record(String container, TestNetns pod, Instant time) {
        try (Netns netns = Netns.open(libc, pod.path())) {
            record(container, new Namespace(pod.path().toString(), netns.id()), time);
        }
    }

    private List<String> recorded() {
        try (Ledger ledger = new Ledger(root)) {
            return ledger.list().receipts().stream()
                    .map(receipt -> receipt.id().containerId())
                    .sorted()
                    .toList();
        }
    }

    /** A GC of a runtime that knows of one container alone. */
    private static Request garbage(String valid) {
        return Request.parse(
                Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin"),
                """
                {"cniVersion": "1.1.0", "name": "net", "type": "bystander",
                 "cni.dev/valid-attachments": [{"containerID": "%s", "ifname": "net1"}]}
                """
                        .formatted(valid));
    }

    private Verbs<?> verbs(Node node) {
        return new Verbs<>(new Bystander(), node, "1.2.3");
    }

    @Test
    void collectsWhatTheRuntimeDoesNotKnowOf() {
        record("lives", NOON);
        record("gone", NOON);

        try (Node node = new Node(libc, root)) {
            verbs(node).collectGarbage(garbage("lives"));
        }

        assertThat(recorded()).containsExactly("lives");
    }

    @Test
    void aLateCollectionSparesWhatCameAfterItsList() {
        record("lives", NOON);
        record("gone", NOON);
        record("came", NOON.plusNanos(2));

        try (Node node = new Node(libc, root)) {
            verbs(node.asOf(NOON.plusNanos(1))).collectGarbage(garbage("lives"));
        }

        assertThat(recorded()).containsExactly("came", "lives");
    }

    /** Between the look at the records and the hold on one, the runtime made the pod anew. */
    @Test
    void leavesAnAttachmentThatIsMadeAnewUnderTheSameNameMeanwhile() {
        try (TestNetns before = TestNetns.create("pod");
                TestNetns after = TestNetns.create("pod")) {
            record("c0ffee", before, NOON);
            Libc during =
                    new PassingLibc(libc) {
                        @Override
                        public int open(String path, int flags) {
                            if (path.equals(before.path().toString())) {
                                record("c0ffee", after, NOON.plusSeconds(1));
                            }
                            return super.open(path, flags);
                        }
                    };

            try (Node node = new Node(during, root)) {
                verbs(node).collectGarbage(garbage("lives"));
            }

            assertThat(recorded()).containsExactly("c0ffee");
        }
    }

    private static Request deletion(String container, Path netns) {
        return Request.parse(
                Map.of(
                        "CNI_COMMAND", "DEL",
                        "CNI_CONTAINERID", container,
                        "CNI_NETNS", netns.toString(),
                        "CNI_IFNAME", "net1",
                        "CNI_PATH", "/opt/cni/bin"),
                """
                {"cniVersion": "1.1.0", "name": "net", "type": "bystander"}
                """);
    }

    @Test
    void aPodThatCannotBeLookedIntoKeepsItsRecordUntilTheRuntimeComesAgain() {
        try (TestNetns pod = TestNetns.create("pod")) {
            record("c0ffee", pod, NOON);
            try (Node node = new Node(new FullLibc(libc, pod.path()), root)) {
                Verbs<?> verbs = verbs(node);
                assertThatThrownBy(() -> verbs.delete(deletion("c0ffee", pod.path())))
                        .isInstanceOfSatisfying(
                                CniException.class, e -> assertThat(e.code()).isEqualTo(11))
                        .hasMessageContaining(pod.path() + " cannot be opened: EMFILE");
                assertThatThrownBy(() -> verbs.collectGarbage(garbage("lives")))
                        .isInstanceOfSatisfying(
                                CniException.class, e -> assertThat(e.code()).isEqualTo(5))
                        .hasMessageContaining(pod.path() + " cannot be opened: EMFILE");
            }
            assertThat(recorded()).containsExactly("c0ffee");

            try (Node node = new Node(libc, root)) {
                verbs(node).delete(deletion("c0ffee", pod.path()));
            }
            assertThat(recorded()).isEmpty();
        }
    }

    @Test
    void takesForGoneWhatIsNoNamespaceAnyMore() throws IOException {
        Path path = Files.createFile(root.resolve("was-a-namespace"));
        record("c0ffee", new Namespace(path.toString(), 4711), NOON);

        try (Node node = new Node(libc, root)) {
            verbs(node).delete(deletion("c0ffee", path));
        }

        assertThat(recorded()).isEmpty();
    }
}

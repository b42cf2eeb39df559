package io.metaplugins.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.cni.Request;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Receipt;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
        try (Ledger ledger = new Ledger(root);
                Ledger.Entry entry = ledger.open(id(container), PATIENCE)) {
            entry.write(
                    new Receipt(
                            id(container), null, time, Plan.EMPTY, List.of(), /* origin= */ null));
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
}

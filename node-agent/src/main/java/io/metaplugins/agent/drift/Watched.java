package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an attachment: enough to know which news concern it. The rest is in its
 * receipt, which takes a hundred times the room.
 *
 * @param id whose it is
 * @param namespace the pod's; null if there is none
 * @param time of the receipt
 * @param shared what it wishes as all do
 * @param host what else concerns it of the node
 * @param pod what concerns it of the pod
 */
record Watched(
        AttachmentId id,
        @Nullable Namespace namespace,
        Instant time,
        List<Statement> shared,
        Interests host,
        Interests pod) {

    static Watched of(Receipt receipt) {
        List<Statement> statements = receipt.plan().effective();
        List<Statement> shared = new ArrayList<>(statements);
        shared.removeIf(statement -> statement.lifetime() != Lifetime.NODE);
        List<Statement> own = new ArrayList<>(statements);
        own.removeAll(shared);
        return new Watched(
                receipt.id(),
                receipt.namespace(),
                receipt.time(),
                List.copyOf(shared),
                Interests.of(own, Where.HOST),
                Interests.of(statements, Where.CONTAINER));
    }

    boolean isOlderThan(Duration age) {
        return time.isBefore(Instant.now().minus(age));
    }

    boolean isIn(Namespace other) {
        return other.equals(namespace);
    }
}

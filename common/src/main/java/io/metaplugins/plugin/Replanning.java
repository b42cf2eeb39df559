package io.metaplugins.plugin;

import io.metaplugins.cni.Attachment;
import io.metaplugins.cni.CniException;
import io.metaplugins.cni.Request;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Origin;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plugin.Renewal.Intention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Plans attachments anew that are on record, for what is configured by now.
 *
 * @param <C> the plugin's configuration
 */
record Replanning<C>(MetaPlugin<C> plugin, Node node) {

    /**
     * Plans an attachment anew, from what was asked for at its ADD and how the node and the pod are
     * now, and makes the plan true if it is another. Nothing is asked on the segment again.
     *
     * @param revision of what was asked for
     * @param changes false to see only what would be done
     * @param patience with who is at work on it
     * @return empty if it is not known what was asked for, or the pod is gone
     * @throws CniException if it is not possible; all is as it was
     */
    Optional<Renewal> renew(
            Receipt receipt, UnaryOperator<Origin> revision, boolean changes, Duration patience) {
        if (receipt.namespace() == null || receipt.origin() == null) {
            return Optional.empty();
        }
        return Failures.told(() -> {
            try (Session session = node.enterIfThere(receipt)) {
                return session.hasContainer()
                        ? session.entries()
                                .renew(
                                        receipt.id(),
                                        found -> intention(found, receipt, revision),
                                        changes,
                                        patience)
                        : Optional.empty();
            }
        });
    }

    private Optional<Intention> intention(
            Receipt found, Receipt listed, UnaryOperator<Origin> revision) {
        Origin origin = found.origin();
        Namespace namespace = found.namespace();
        if (origin == null || namespace == null || !namespace.equals(listed.namespace())) {
            return Optional.empty();
        }
        Origin revised = revision.apply(origin);
        Request request = request(found.id(), namespace, revised);
        C config = read(request);
        Planner planner =
                plugin.settings(config).skipCall()
                        ? new Idle()
                        : plugin.planner(config, request, request.requiredPrevResult());
        return Optional.of(new Intention(planner, revised));
    }

    private C read(Request request) {
        return new Configurations<>(plugin, node).read(request);
    }

    private static Request request(AttachmentId id, Namespace namespace, Origin origin) {
        return Request.toAdd(
                new Attachment(id.containerId(), id.ifName()),
                Path.of(namespace.path()),
                origin.args(),
                origin.configuration());
    }

    /**
     * Reads a configuration as {@link #renew} would.
     *
     * @throws CniException naming all that is wrong with it
     */
    void prove(Receipt receipt, Origin revised) {
        Namespace namespace = receipt.namespace();
        if (namespace != null) {
            C _ = read(request(receipt.id(), namespace, revised));
        }
    }

    /** Plans what {@code skip_call} leaves to be done. */
    private record Idle() implements Planner {
        @Override
        public Questions questions(Observation soFar) {
            return Questions.NONE;
        }

        @Override
        public Plan plan(Observation seen) {
            return Plan.EMPTY;
        }
    }
}

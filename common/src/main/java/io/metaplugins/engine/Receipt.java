package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of an attachment: what was wished, for CHECK, and what was changed for it,
 * for DEL. It is written before the kernel is, so it may name an effect that never came about.
 *
 * @param id whose it is
 * @param namespace the pod's namespace; null if the plan was for the host alone
 * @param time of the ADD that last changed it; later than those of the container's attachments that
 *     were made before
 * @param plan as the last ADD wished it
 * @param effects in the order in which they were brought about
 * @param origin of the plan; null if it is not known, as in receipts of older releases
 */
public record Receipt(
        AttachmentId id,
        @Nullable Namespace namespace,
        Instant time,
        Plan plan,
        List<Effect> effects,
        @Nullable Origin origin) {

    public Receipt {
        effects = List.copyOf(effects);
    }

    /**
     * What is wished, in its order, without what attachments of the container that came later wish
     * otherwise.
     *
     * @param siblings the receipts of the container's other attachments
     */
    public List<Statement> standing(List<Receipt> siblings) {
        return Verification.standing(this, siblings);
    }

    Receipt withPlan(Plan other) {
        return new Receipt(id, namespace, time, other, effects, origin);
    }

    /** Its effects on objects of these kinds, the last one first. */
    List<Effect> effects(Set<Class<? extends KernelObject>> kinds) {
        return effects.reversed().stream()
                .filter(effect -> kinds.contains(effect.object().getClass()))
                .toList();
    }

    Receipt withEffects(List<Effect> others) {
        return new Receipt(id, namespace, time, plan, others, origin);
    }

    /**
     * Whether both are of the same ADD of an attachment. If not, the one was made after the other
     * had gone, though it has the same name.
     */
    public boolean isOfSameAdd(Receipt other) {
        return id.equals(other.id)
                && time.equals(other.time)
                && Objects.equals(namespace, other.namespace);
    }

    /** Whether both say the same, whenever they were written. */
    boolean saysSameAs(Receipt other) {
        return equals(
                new Receipt(
                        other.id, other.namespace, time, other.plan, other.effects, other.origin));
    }
}

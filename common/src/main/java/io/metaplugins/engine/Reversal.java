package io.metaplugins.engine;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an effect is undone, given what has become of its object since. Pure, and careful: others
 * have been at work in the meantime, and what they made stays.
 */
final class Reversal {
    private static final String WHY = "as it was before";

    private Reversal() {}

    /** The step that undoes the effect; null if there is nothing of it left to undo. */
    static @Nullable Step of(Effect effect, View view) {
        KernelObject was = restorable(effect.before());
        KernelObject ours = effect.after();
        List<KernelObject> around = view.around(effect.where(), effect.object());
        if (ours != null) {
            KernelObject still = find(around, ours);
            if (still != null) {
                return back(effect, still, was, around);
            }
            if (was == null || around.stream().anyMatch(ours::sameAs)) {
                return null;
            }
        }
        return was == null || isTaken(was, around) ? null : again(effect, was);
    }

    private static @Nullable KernelObject find(List<KernelObject> around, KernelObject ours) {
        return around.stream().filter(ours::satisfiedBy).findFirst().orElse(null);
    }

    /** From what we wrote, which is still there, to what was before it. */
    private static Step back(
            Effect effect,
            KernelObject still,
            @Nullable KernelObject was,
            List<KernelObject> around) {
        if (!(still instanceof Route) || was == null) {
            return Step.towards(effect.turned(still, was), WHY);
        }
        if (around.stream().anyMatch(other -> !other.equals(still) && was.satisfiedBy(other))) {
            return Step.towards(effect.turned(still, null), WHY);
        }
        KernelObject first = around.stream().filter(still::sameAs).findFirst().orElse(still);
        if (first.equals(still)) {
            return Step.towards(effect.turned(still, was), WHY);
        }
        // REPLACE would hit the first route of the destination and metric, which is not ours.
        return new Step(
                effect.turned(still, was),
                List.of(Step.removal(still), new Change(Act.APPEND, was)),
                WHY);
    }

    /** Whether someone else put it back already, or something else into its place. */
    private static boolean isTaken(KernelObject was, List<KernelObject> around) {
        return switch (was) {
            case Route _ -> around.stream().anyMatch(was::satisfiedBy);
            case Rule _, Neighbour _, Address _, NftRule _ -> around.stream().anyMatch(was::sameAs);
            // Neither was ever made or removed by us: without its device there is none to set.
            case Link _, Sysctl _ -> true;
        };
    }

    private static Step again(Effect effect, KernelObject was) {
        Effect reverse = effect.turned(null, was);
        if (was instanceof Route route && route.family() == IpFamily.IPV4) {
            // Others may have made a route of the same metric since: ADD would be refused.
            Act act = effect.ahead() ? Act.PREPEND : Act.APPEND;
            return new Step(reverse, List.of(new Change(act, was)), WHY);
        }
        return Step.towards(reverse, WHY);
    }

    /**
     * A neighbour that the kernel learnt is learnt again when it is needed. What had a rule's name
     * in our own table and is not of our making is nobody's.
     */
    private static @Nullable KernelObject restorable(@Nullable KernelObject before) {
        return switch (before) {
            case Neighbour neighbour when !neighbour.permanent() -> null;
            case NftRule rule when !rule.isKnown() -> null;
            case null, default -> before;
        };
    }

    /** Whether the refusal of an undoing step means that there is nothing to undo any more. */
    static boolean isAsGood(Change change, KernelException refusal) {
        return refusal.saysGone()
                || (change.act() != Act.DELETE && Objects.equals(refusal.errno(), "EEXIST"));
    }
}

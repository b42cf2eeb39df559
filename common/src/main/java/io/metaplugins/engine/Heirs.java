package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attachments of one container have to do with the same things. When one goes and others stay:
 *
 * <ul>
 *   <li>What another wishes for too stays, and becomes its own to undo: each NIC wants the rules
 *       that lead to services, and only the first one finds that they have to be made.
 *   <li>What another replaced since is not there to be undone. The other puts back what was before
 *       both: the default route of a NIC that is gone is none to go back to.
 * </ul>
 */
final class Heirs {
    private final Ledger.Entry entry;

    Heirs(Ledger.Entry entry) {
        this.entry = entry;
    }

    /** Puts into the receipts of others what is theirs now, and gives what is left to undo. */
    List<Effect> settle(Receipt receipt) {
        List<Effect> own = new ArrayList<>(receipt.effects());
        for (Receipt heir : entry.siblings()) {
            List<Effect> inherited = own.stream().filter(effect -> wishes(heir, effect)).toList();
            own.removeAll(inherited);
            // What is inherited was done before the heir's own, and so is undone after it.
            List<Effect> effects = new ArrayList<>(inherited);
            heir.effects().stream()
                    .filter(effect -> !inherited.contains(effect))
                    .forEach(effects::add);
            boolean joined = own.removeIf(effect -> join(effect, effects));
            if (joined || !inherited.isEmpty()) {
                entry.write(heir.withEffects(effects));
            }
        }
        return own;
    }

    private static boolean wishes(Receipt heir, Effect effect) {
        return heir.plan().statements().stream().anyMatch(effect::isOf);
    }

    /** Makes one effect of two, from before the first to after the second. */
    private static boolean join(Effect first, List<Effect> effects) {
        for (int index = 0; index < effects.size(); index++) {
            Effect second = effects.get(index);
            if (second.where() == first.where() && leadsTo(first.after(), second.before())) {
                effects.remove(index);
                if (first.before() != null || second.after() != null) {
                    effects.add(
                            index,
                            new Effect(
                                    second.where(),
                                    second.lifetime(),
                                    first.before(),
                                    second.after(),
                                    second.ahead()));
                }
                return true;
            }
        }
        return false;
    }

    private static boolean leadsTo(@Nullable KernelObject made, @Nullable KernelObject found) {
        return made != null && found != null && made.satisfiedBy(found);
    }
}

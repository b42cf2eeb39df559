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
    private final List<Bequest> bequests = new ArrayList<>();
    private final List<Receipt> replaced = new ArrayList<>();

    Heirs(Ledger.Entry entry) {
        this.entry = entry;
    }

    private record Bequest(Receipt before, Receipt after) {}

    /** Finds out what is theirs, and gives what is left to undo. Nothing is on record yet. */
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
                bequests.add(new Bequest(heir, heir.withEffects(effects)));
            }
        }
        return own;
    }

    /** Puts into their receipts what is theirs from now on. */
    void write() {
        for (Bequest bequest : bequests) {
            replaced.add(bequest.before());
            entry.write(bequest.after());
        }
    }

    /** Has their receipts say what they said before. */
    void restore() {
        replaced.forEach(entry::write);
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

package io.metaplugins.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Attachments of one container wish for the same things: each NIC wants the rules that lead to
 * services, and only the first one finds that they have to be made. When that NIC goes and another
 * stays, what the other wishes for stays too, and becomes its own to undo.
 */
final class Heirs {
    private final Ledger.Entry entry;

    Heirs(Ledger.Entry entry) {
        this.entry = entry;
    }

    /** Puts into the receipts of others what they wish for, and gives what nobody does. */
    List<Effect> settle(Receipt receipt) {
        List<Effect> own = new ArrayList<>(receipt.effects());
        for (Receipt heir : entry.siblings()) {
            List<Effect> inherited = own.stream().filter(effect -> wishes(heir, effect)).toList();
            if (!inherited.isEmpty()) {
                entry.write(with(inherited, heir));
                own.removeAll(inherited);
            }
        }
        return own;
    }

    private static boolean wishes(Receipt heir, Effect effect) {
        return heir.plan().statements().stream().anyMatch(effect::isOf);
    }

    /** What is inherited was done before the heir's own, and so is undone after it. */
    private static Receipt with(List<Effect> inherited, Receipt heir) {
        List<Effect> effects = new ArrayList<>(inherited);
        heir.effects().stream().filter(effect -> !effects.contains(effect)).forEach(effects::add);
        return new Receipt(heir.id(), heir.namespace(), heir.time(), heir.plan(), effects);
    }
}

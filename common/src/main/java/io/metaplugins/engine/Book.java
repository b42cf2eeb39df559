package io.metaplugins.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receipt of an attachment that is being worked on: what it said, and what it comes to say. */
final class Book {
    private final Ledger.Entry entry;
    private final @Nullable Receipt previous;
    private final Receipt next;
    private final List<Effect> fresh = new ArrayList<>();
    private @Nullable Receipt saved;

    /**
     * @param previous what the ledger has
     * @param next what it is to have, but for the effects
     */
    Book(Ledger.Entry entry, @Nullable Receipt previous, Receipt next) {
        this.entry = entry;
        this.previous = previous;
        this.next = next;
        this.saved = previous;
    }

    void add(List<Step> steps) {
        steps.forEach(step -> fresh.add(step.effect()));
    }

    void forget(Effect effect) {
        fresh.remove(effect);
    }

    void forgetAllBut(List<Effect> effects) {
        fresh.retainAll(effects);
    }

    /** Puts into the ledger what there is to undo, unless it is there already. */
    Receipt save(List<Effect> old) {
        List<Effect> effects = new ArrayList<>(old);
        for (Effect effect : fresh) {
            if (old.stream().noneMatch(effect::endsAs)) {
                effects.add(effect);
            }
        }
        Receipt receipt = next.withEffects(effects);
        if (saved != null && receipt.saysSameAs(saved)) {
            return saved;
        }
        entry.write(receipt);
        saved = receipt;
        return receipt;
    }

    /** Puts back into the ledger what it had. */
    void restore() {
        if (previous == null) {
            entry.delete();
        } else if (!previous.equals(saved)) {
            entry.write(previous);
        }
    }
}

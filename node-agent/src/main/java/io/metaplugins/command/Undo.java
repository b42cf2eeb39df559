package io.metaplugins.command;

import io.metaplugins.engine.Effect;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.Session;
import java.io.PrintStream;

/** Takes attachments away as DEL does, and tells what becomes of them. */
final class Undo {
    private final Surroundings surroundings;
    private final boolean dry;
    private int problems;

    /**
     * @param dry whether nothing is done but told
     */
    Undo(Surroundings surroundings, boolean dry) {
        this.surroundings = surroundings;
        this.dry = dry;
    }

    void attachment(Pod pod, Receipt receipt) {
        PrintStream out = surroundings.out();
        out.println(
                (dry ? "would take away " : "takes away ")
                        + receipt.id().plugin()
                        + " "
                        + receipt.id().ifName()
                        + " of "
                        + pod);
        try (Session session = surroundings.node().enterIfThere(receipt)) {
            for (Effect effect : receipt.effects().reversed()) {
                if (effect.lifetime() == Lifetime.ATTACHMENT
                        && session.kernels().has(effect.where())) {
                    out.println("  " + told(effect));
                }
            }
            if (!dry) {
                session.entries()
                        .undo(receipt)
                        .ifPresentOrElse(
                                all -> all.forEach(this::problem), () -> meanwhile(receipt));
            }
        }
    }

    /** Who took it away meanwhile did no harm. */
    private void meanwhile(Receipt receipt) {
        if (new Attachments(surroundings.node()).find(receipt.id()).isPresent()) {
            problem(receipt.id() + " was added anew meanwhile, and stays");
        }
    }

    /** The way back, where it is still as it was left. */
    private static String told(Effect effect) {
        if (effect.before() == null) {
            return "remove " + effect.after() + " in " + effect.where();
        }
        return "put back " + effect.before() + " in " + effect.where();
    }

    void problem(Exception e) {
        problem(String.valueOf(e.getMessage()));
    }

    void problem(String text) {
        problems++;
        surroundings.err().println(Command.NAME + ": " + text);
    }

    int status() {
        return problems == 0 ? Command.SUCCESS : Command.FAILURE;
    }
}

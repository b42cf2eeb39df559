package io.metaplugins.command;

import io.metaplugins.engine.Effect;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Route;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.List;

/** Why what is there is there: the statements of a pod's attachments that it makes true. */
record Reasons(Pod pod) {
    static final String NOT_OURS = "not ours";

    /** Who wished for it and why, in one line; {@link #NOT_OURS} if nobody did. */
    String of(Where where, KernelObject observed) {
        for (Receipt receipt : pod.receipts()) {
            for (Statement statement : receipt.plan().statements()) {
                if (statement.where() == where
                        && statement.presence() == Presence.PRESENT
                        && statement.object().satisfiedBy(observed)) {
                    return told(receipt, statement) + found(statement, observed);
                }
            }
        }
        return NOT_OURS;
    }

    /** What was there already when it was wished for is not taken back either. */
    private String found(Statement statement, KernelObject observed) {
        boolean made =
                statement.lifetime() == Lifetime.NODE
                        || pod.receipts().stream()
                                .flatMap(receipt -> receipt.effects().stream())
                                .filter(effect -> effect.where() == statement.where())
                                .map(Effect::after)
                                .anyMatch(after -> after != null && after.satisfiedBy(observed));
        return made ? "" : " (found there)";
    }

    /**
     * The routes to the same destination that were taken out of the table, each with its reason.
     */
    List<String> removedBeside(Route route) {
        List<String> removed = new ArrayList<>();
        for (Receipt receipt : pod.receipts()) {
            for (Statement statement : receipt.plan().effective()) {
                if (statement.where() == Where.CONTAINER
                        && statement.presence() == Presence.ABSENT
                        && statement.object() instanceof Route gone
                        && gone.destination().equals(route.destination())
                        && gone.table().equals(route.table())
                        && !gone.coversSameWayAs(route)) {
                    removed.add(Words.of(gone) + "   " + told(receipt, statement));
                }
            }
        }
        return removed;
    }

    private static String told(Receipt receipt, Statement statement) {
        return receipt.id().plugin() + " " + receipt.id().ifName() + ": " + statement.why();
    }
}

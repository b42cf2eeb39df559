package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Presence;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what a plan says with what is there. */
final class Verification {
    private Verification() {}

    static List<Deviation> of(Plan plan, Kernels kernels) {
        return of(plan.effective(), kernels);
    }

    static List<Deviation> of(List<Statement> statements, Kernels kernels) {
        return of(statements, kernels.read(Questions.about(statements), Observation.NONE));
    }

    static List<Deviation> of(List<Statement> statements, Observation seen) {
        View view = new View(seen);
        List<Deviation> deviations = new ArrayList<>();
        for (Statement statement : statements) {
            Deviation deviation = deviation(view, statement);
            if (deviation != null) {
                deviations.add(deviation);
            }
        }
        return deviations;
    }

    /** What a receipt wishes, without what attachments that came later wish otherwise. */
    static List<Statement> standing(Receipt receipt, List<Receipt> siblings) {
        List<Statement> later =
                siblings.stream()
                        .filter(sibling -> sibling.time().isAfter(receipt.time()))
                        .flatMap(sibling -> sibling.plan().statements().stream())
                        .toList();
        return receipt.plan().effective().stream()
                .filter(statement -> later.stream().noneMatch(statement::isOverruledBy))
                .toList();
    }

    /** How the statement does not hold; null if it does. */
    static @Nullable Deviation deviation(View view, Statement statement) {
        return compare(statement, view.around(statement.where(), statement.object()));
    }

    private static @Nullable Deviation compare(Statement statement, List<KernelObject> around) {
        KernelObject similar = null;
        for (KernelObject there : around) {
            if (statement.object().satisfiedBy(there)) {
                return statement.presence() == Presence.PRESENT
                        ? null
                        : new Deviation(statement, there);
            }
            if (similar == null && statement.object().sameAs(there)) {
                similar = there;
            }
        }
        boolean moot = similar == null && statement.object() instanceof Sysctl;
        // A setting goes with its interface, and nobody wishes for the interface by a setting.
        return statement.presence() == Presence.ABSENT || moot
                ? null
                : new Deviation(statement, similar);
    }
}

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

    /** Without what other attachments, which came later, wish otherwise. */
    static List<Deviation> of(Receipt receipt, List<Receipt> siblings, Kernels kernels) {
        List<Statement> later =
                siblings.stream()
                        .filter(sibling -> sibling.time().isAfter(receipt.time()))
                        .flatMap(sibling -> sibling.plan().statements().stream())
                        .toList();
        return of(receipt.plan(), kernels).stream()
                .filter(deviation -> later.stream().noneMatch(deviation.statement()::isOverruledBy))
                .toList();
    }

    static List<Deviation> of(Plan plan, Kernels kernels) {
        List<Statement> statements = plan.effective();
        View view = new View(kernels.read(Questions.about(statements), Observation.NONE));
        List<Deviation> deviations = new ArrayList<>();
        for (Statement statement : statements) {
            Deviation deviation =
                    compare(statement, view.around(statement.where(), statement.object()));
            if (deviation != null) {
                deviations.add(deviation);
            }
        }
        return deviations;
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

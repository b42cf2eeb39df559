package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** One run of a plan, from the old receipt to the new one, or back. */
final class Application {
    private final Ledger.Entry entry;
    private final Plan plan;
    private final @Nullable Origin origin;
    private final Kernels kernels;
    private final Logger log;
    private final Instant time;
    private final Writing writing;
    private final List<Statement> statements;
    private final @Nullable Receipt previous;
    private final List<Effect> earlier;
    private final List<Effect> fresh = new ArrayList<>();
    private @Nullable Receipt saved;

    Application(
            Ledger.Entry entry,
            Plan plan,
            @Nullable Origin origin,
            Kernels kernels,
            Logger log,
            Instant time) {
        this.entry = entry;
        this.plan = plan;
        this.origin = origin;
        this.kernels = kernels;
        this.log = log;
        this.time = time;
        this.writing = new Writing(kernels, log);
        this.statements = plan.effective();
        this.previous = entry.read().orElse(null);
        this.saved = previous;
        this.earlier = previous == null ? List.of() : stillThere(previous);
    }

    /** The pod's part went with its namespace if it has another one now. */
    private List<Effect> stillThere(Receipt receipt) {
        boolean same = receipt.namespace() == null || receipt.namespace().equals(namespace());
        return receipt.effects().stream()
                .filter(effect -> same || effect.where() == Where.HOST)
                .toList();
    }

    private @Nullable Namespace namespace() {
        Kernels.Container container = kernels.container();
        return container == null ? null : container.namespace();
    }

    Receipt run(Observation seen) {
        try {
            List<Effect> unwanted = earlier.stream().filter(effect -> !isWanted(effect)).toList();
            undo(unwanted);
            carryOut(unwanted.isEmpty() ? seen : Observation.NONE);
            List<Effect> wanted = earlier.stream().filter(this::isWanted).toList();
            return save(wanted);
        } catch (RuntimeException e) {
            takeBack(e);
            throw e;
        }
    }

    private boolean isWanted(Effect effect) {
        return statements.stream().anyMatch(effect::isOf);
    }

    private void undo(List<Effect> unwanted) {
        List<KernelException> problems = new Undoing(kernels, writing).run(unwanted);
        if (!problems.isEmpty()) {
            throw withOthers(problems);
        }
    }

    private void carryOut(Observation seen) {
        Observation known = seen;
        int next = 0;
        do {
            Questions questions = Questions.about(statements.subList(next, statements.size()));
            View view = new View(kernels.read(questions, known));
            List<Step> round = new ArrayList<>();
            while (next < statements.size() && round.stream().noneMatch(Step::stirs)) {
                for (Step step : Differences.between(view, statements.get(next))) {
                    view.become(step.effect());
                    round.add(step);
                    fresh.add(step.effect());
                }
                next++;
            }
            save(earlier);
            Writing.batches(round).forEach(this::write);
            known = Observation.NONE;
        } while (next < statements.size());
    }

    private void write(List<Step> batch) {
        List<KernelException> problems = new ArrayList<>();
        for (Writing.Refusal refusal : writing.write(batch)) {
            if (isTrueAllTheSame(refusal)) {
                // Another process was quicker: it is its own, and not ours to undo.
                fresh.remove(refusal.step().effect());
            } else {
                problems.add(refusal.told());
            }
        }
        if (!problems.isEmpty()) {
            throw withOthers(problems);
        }
    }

    private boolean isTrueAllTheSame(Writing.Refusal refusal) {
        KernelObject after = refusal.step().effect().after();
        if (after == null) {
            return refusal.cause().saysGone();
        }
        return refusal.cause().errno().equals("EEXIST")
                && kernels.in(refusal.step().effect().where()).read(after.query()).stream()
                        .anyMatch(after::satisfiedBy);
    }

    private static KernelException withOthers(List<KernelException> problems) {
        KernelException first = problems.getFirst();
        problems.subList(1, problems.size()).forEach(first::addSuppressed);
        return first;
    }

    /** Puts into the ledger what there is to undo, unless it is there already. */
    private Receipt save(List<Effect> old) {
        List<Effect> effects = new ArrayList<>(old);
        for (Effect effect : fresh) {
            if (old.stream().noneMatch(effect::endsAs)) {
                effects.add(effect);
            }
        }
        Receipt receipt = new Receipt(entry.id(), namespace(), time, plan, effects, origin);
        if (saved != null && receipt.saysSameAs(saved)) {
            return saved;
        }
        entry.write(receipt);
        saved = receipt;
        return receipt;
    }

    private void takeBack(RuntimeException reason) {
        try {
            List<KernelException> problems =
                    new Undoing(kernels, new Writing(kernels, log)).run(writing.touched());
            problems.forEach(reason::addSuppressed);
            if (problems.isEmpty()) {
                restoreLedger();
            }
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void restoreLedger() {
        if (previous == null) {
            entry.delete();
        } else if (!previous.equals(saved)) {
            entry.write(previous);
        }
    }
}

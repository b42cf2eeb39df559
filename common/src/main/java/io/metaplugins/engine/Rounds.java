package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out statements from the first to the last, against a view that is kept up to date. After
 * a change that moves other things a new round begins, which reads again.
 */
final class Rounds {
    private final Kernels kernels;
    private final Writing writing;
    private final Course course;

    Rounds(Kernels kernels, Writing writing, Course course) {
        this.kernels = kernels;
        this.writing = writing;
        this.course = course;
    }

    /** What is done about a statement, and about the kernel's answers. */
    interface Course {
        /** What it takes to make the statement true; nothing if it holds. */
        List<Step> steps(View view, Statement statement);

        /** Comes before the kernel hears of the steps. */
        void decided(List<Step> round);

        /** Another process was quicker: the effect is its own, and not ours to undo. */
        void doneByAnother(Effect effect);

        /** Comes after the rest of the batch was carried out. */
        void refused(List<Writing.Refusal> refusals);
    }

    /**
     * Carries them out.
     *
     * @param seen what was read already
     */
    void run(List<Statement> statements, Observation seen) {
        Observation known = seen;
        int next = 0;
        do {
            Questions questions = Questions.about(statements.subList(next, statements.size()));
            View view = new View(kernels.read(questions, known));
            List<Step> round = new ArrayList<>();
            while (next < statements.size() && round.stream().noneMatch(Step::stirs)) {
                for (Step step : course.steps(view, statements.get(next))) {
                    view.become(step.effect());
                    round.add(step);
                }
                next++;
            }
            course.decided(round);
            Writing.batchesByNamespace(round).forEach(this::write);
            known = Observation.NONE;
        } while (next < statements.size());
    }

    private void write(List<Step> batch) {
        List<Writing.Refusal> refusals = new ArrayList<>();
        for (Writing.Refusal refusal : writing.write(batch)) {
            if (isTrueAllTheSame(refusal)) {
                course.doneByAnother(refusal.step().effect());
            } else {
                refusals.add(refusal);
            }
        }
        if (!refusals.isEmpty()) {
            course.refused(refusals);
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
}

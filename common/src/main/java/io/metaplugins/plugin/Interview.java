package io.metaplugins.plugin;

import io.metaplugins.engine.Kernels;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import java.util.List;

/**
 * Has the kernel answer planners.
 *
 * @param kernels of the namespaces that are there; of others nothing is asked
 */
record Interview(Kernels kernels) {

    /** Answers the planner's questions until it has no new ones. */
    Observation answers(Planner planner) {
        Observation seen = Observation.NONE;
        Questions questions = planner.questions(seen);
        Questions answered;
        do {
            answered = here(questions);
            seen = kernels.read(answered, seen);
            questions = planner.questions(seen);
        } while (!here(questions).equals(answered));
        return seen;
    }

    private Questions here(Questions questions) {
        return kernels.container() == null ? new Questions(questions.host(), List.of()) : questions;
    }
}

package io.metaplugins.engine;

import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Logger;

/** Steps on their way to the kernel, in batches of one namespace, and which of them got there. */
final class Writing {
    private final Kernels kernels;
    private final Logger log;
    private final List<Step> touched = new ArrayList<>();

    Writing(Kernels kernels, Logger log) {
        this.kernels = kernels;
        this.log = log;
    }

    /** A step that did not come about, or not whole. */
    record Refusal(Step step, Change change, KernelException cause) {

        /** The kernel's words, where it was, and what it was for. */
        KernelException told() {
            return cause.at(step.effect().where() + " (" + step.why() + ")");
        }
    }

    /** The effects that came about, or may have. */
    List<Effect> touched() {
        return touched.stream().map(Step::effect).toList();
    }

    /** Cut wherever the namespace changes, so that the order is kept across both. */
    static List<List<Step>> batches(List<Step> steps) {
        List<List<Step>> batches = new ArrayList<>();
        Where last = null;
        for (Step step : steps) {
            if (step.effect().where() != last) {
                batches.add(new ArrayList<>());
                last = step.effect().where();
            }
            batches.getLast().add(step);
        }
        return batches;
    }

    /**
     * One batch for each namespace, since they know nothing of each other: the order is kept within
     * each.
     */
    static Collection<List<Step>> batchesByNamespace(List<Step> steps) {
        Map<Where, List<Step>> batches = new LinkedHashMap<>();
        for (Step step : steps) {
            batches.computeIfAbsent(step.effect().where(), _ -> new ArrayList<>()).add(step);
        }
        return batches.values();
    }

    /**
     * Writes one batch.
     *
     * @return what was refused
     * @throws KernelException if it is not known what came about
     */
    @SuppressWarnings("ReferenceEquality") // Equal steps may be in one batch.
    List<Refusal> write(List<Step> batch) {
        Where where = batch.getFirst().effect().where();
        List<Change> changes = new ArrayList<>();
        for (Step step : batch) {
            changes.addAll(step.changes());
            log.debug("{} in {}: {}", step.changes(), where, step.why());
        }
        touched.addAll(batch);
        List<Refusal> refusals = new ArrayList<>();
        for (Kernel.Failure failure : kernels.in(where).write(changes)) {
            refusals.add(refusal(batch, failure));
        }
        for (Refusal refusal : refusals) {
            if (refusal.step().changes().size() == 1) {
                touched.removeIf(step -> step == refusal.step());
            }
        }
        return refusals;
    }

    @SuppressWarnings("ReferenceEquality") // Equal changes may be in one batch.
    private static Refusal refusal(List<Step> batch, Kernel.Failure failure) {
        for (Step step : batch) {
            for (Change change : step.changes()) {
                if (change == failure.change()) {
                    return new Refusal(step, change, failure.cause());
                }
            }
        }
        throw new IllegalStateException("not asked for: " + failure.change());
    }
}

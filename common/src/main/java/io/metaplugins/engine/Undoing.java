package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Undoes effects as far as it can, and says where it could not. */
final class Undoing {
    private final Kernels kernels;
    private final Writing writing;
    private final List<KernelException> problems = new ArrayList<>();

    Undoing(Kernels kernels, Writing writing) {
        this.kernels = kernels;
        this.writing = writing;
    }

    /** Undoes the last effect first, and those of the node not at all. */
    List<KernelException> run(List<Effect> effects) {
        List<Effect> backwards = new ArrayList<>();
        for (Effect effect : effects.reversed()) {
            if (effect.lifetime() == Lifetime.ATTACHMENT && kernels.has(effect.where())) {
                backwards.add(effect);
            }
        }
        for (List<Step> batch : Writing.batches(steps(backwards))) {
            write(batch);
        }
        return problems;
    }

    private List<Step> steps(List<Effect> backwards) {
        Map<Where, Map<Query, List<KernelObject>>> answers = read(backwards);
        Map<Query, List<KernelObject>> host = answers.getOrDefault(Where.HOST, Map.of());
        Map<Query, List<KernelObject>> pod = answers.getOrDefault(Where.CONTAINER, Map.of());
        View view = new View(new Observation(new Snapshot(host), new Snapshot(pod)));
        List<Step> steps = new ArrayList<>();
        for (Effect effect : backwards) {
            Query query = effect.object().query();
            boolean known = (effect.where() == Where.HOST ? host : pod).containsKey(query);
            Step step = known ? Reversal.of(effect, view) : null;
            if (step != null) {
                view.become(step.effect());
                steps.add(step);
            }
        }
        return steps;
    }

    private Map<Where, Map<Query, List<KernelObject>>> read(List<Effect> effects) {
        Map<Where, Map<Query, List<KernelObject>>> answers = new EnumMap<>(Where.class);
        for (Effect effect : effects) {
            Map<Query, List<KernelObject>> here =
                    answers.computeIfAbsent(effect.where(), _ -> new LinkedHashMap<>());
            Query query = effect.object().query();
            if (!here.containsKey(query)) {
                try {
                    here.put(query, kernels.in(effect.where()).read(query));
                } catch (KernelException e) {
                    problems.add(e.at(effect.where() + " (to undo " + effect.object() + ")"));
                }
            }
        }
        return answers;
    }

    private void write(List<Step> batch) {
        try {
            for (Writing.Refusal refusal : writing.write(batch)) {
                if (!Reversal.isAsGood(refusal.change(), refusal.cause())) {
                    problems.add(refusal.told());
                }
            }
        } catch (KernelException e) {
            problems.add(e.at(batch.getFirst().effect().where().toString()));
        }
    }
}

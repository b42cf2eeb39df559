package io.metaplugins.engine;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What would be seen if things were not there. Nothing is, in fact, undone. */
final class Retrospect {
    private final Observation seen;

    private Retrospect(Observation seen) {
        this.seen = seen;
    }

    /**
     * What was seen, with effects undone as at DEL.
     *
     * @param backwards the last one first; those about which nothing was asked do not matter
     */
    static Observation without(List<Effect> backwards, Observation seen) {
        View view = new View(seen);
        List<Effect> undone = new ArrayList<>();
        for (Effect effect : backwards) {
            boolean asked = seen.in(effect.where()).answers(effect.object().query());
            Step step = asked ? Reversal.of(effect, view) : null;
            if (step != null) {
                view.become(step.effect());
                undone.add(step.effect());
            }
        }
        Retrospect retrospect = new Retrospect(seen);
        return undone.isEmpty()
                ? seen
                : new Observation(
                        retrospect.snapshot(Where.HOST, undone),
                        retrospect.snapshot(Where.CONTAINER, undone));
    }

    /** What was seen, without these interfaces of the container and what is on them. */
    static Observation without(Set<InterfaceName> interfaces, Observation seen) {
        Map<Query, List<KernelObject>> answers = new LinkedHashMap<>();
        seen.in(Where.CONTAINER)
                .answers()
                .forEach((query, objects) ->
                        answers.put(
                                query,
                                objects.stream()
                                        .filter(object -> !isOn(interfaces, object))
                                        .toList()));
        return new Observation(seen.in(Where.HOST), new Snapshot(answers));
    }

    private static boolean isOn(Set<InterfaceName> interfaces, KernelObject object) {
        return switch (object) {
            case Link link -> interfaces.contains(link.name());
            case Address address -> interfaces.contains(address.dev());
            case Neighbour neighbour -> interfaces.contains(neighbour.dev());
            case Route route -> route.dev() != null && interfaces.contains(route.dev());
            default -> false;
        };
    }

    private Snapshot snapshot(Where where, List<Effect> undone) {
        Map<Query, List<KernelObject>> answers = new LinkedHashMap<>();
        seen.in(where)
                .answers()
                .forEach((query, objects) -> answers.put(query, new ArrayList<>(objects)));
        for (Effect effect : undone) {
            if (effect.where() == where) {
                answers.forEach((query, objects) -> undo(effect, query, objects));
            }
        }
        return new Snapshot(answers);
    }

    private static void undo(Effect effect, Query query, List<KernelObject> objects) {
        KernelObject ours = effect.before();
        KernelObject was = effect.after();
        if (ours != null && isAnswer(ours, query)) {
            objects.remove(ours);
        }
        if (was != null && isAnswer(was, query)) {
            objects.add(was);
        }
    }

    private static boolean isAnswer(KernelObject object, Query query) {
        return query.equals(object.query())
                || (object instanceof Route route
                        && query.equals(new Query.AllRoutes(route.family())));
    }
}

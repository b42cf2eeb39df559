package io.metaplugins.engine;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Both namespaces as they will look once the effects so far have come about. */
final class View {
    private final Observation seen;
    private final Map<Query, List<KernelObject>> host = new HashMap<>();
    private final Map<Query, List<KernelObject>> container = new HashMap<>();

    View(Observation seen) {
        this.seen = seen;
    }

    /** What is there of the object's kind, in the kernel's order. */
    List<KernelObject> around(Where where, KernelObject object) {
        return lists(where)
                .computeIfAbsent(
                        object.query(), query -> new ArrayList<>(seen.in(where).of(query)));
    }

    private Map<Query, List<KernelObject>> lists(Where where) {
        return switch (where) {
            case HOST -> host;
            case CONTAINER -> container;
        };
    }

    void become(Effect effect) {
        List<KernelObject> list = around(effect.where(), effect.object());
        KernelObject before = effect.before();
        KernelObject after = effect.after();
        if (after instanceof Link wish && changes(list, wish)) {
            forgetNeighbours(effect, wish);
            return;
        }
        int place = before == null ? -1 : list.indexOf(before);
        if (place >= 0) {
            list.remove(place);
        }
        if (after != null) {
            list.add(place >= 0 ? place : list.size(), after);
        }
    }

    /** The kernel forgets whom a link knew under its old address. */
    private void forgetNeighbours(Effect effect, Link link) {
        if (link.address() != null) {
            lists(effect.where()).put(new Query.Neighbours(link.name()), new ArrayList<>());
        }
    }

    /** A wish for a link that is there says nothing of most of its fields: they stay. */
    private static boolean changes(List<KernelObject> links, Link wish) {
        for (int place = 0; place < links.size(); place++) {
            if (links.get(place) instanceof Link link && link.name().equals(wish.name())) {
                links.set(place, link.changedBy(wish));
                return true;
            }
        }
        return false;
    }
}

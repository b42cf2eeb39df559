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
        int place = before == null ? -1 : list.indexOf(before);
        if (place >= 0) {
            list.remove(place);
        }
        if (after instanceof Link link && link.address() != null) {
            // The kernel forgets whom a link knew under its old address.
            lists(effect.where()).put(new Query.Neighbours(link.name()), new ArrayList<>());
        }
        if (after != null) {
            list.add(place >= 0 ? place : list.size(), after);
        }
    }
}

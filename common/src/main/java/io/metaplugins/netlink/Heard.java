package io.metaplugins.netlink;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * News of a namespace and of those that have a number in it, without what our own sockets did.
 *
 * @param missed whether some of it was lost, so that anything may have changed
 * @param here what was touched in the namespace itself
 * @param elsewhere what was touched in others, by their numbers
 * @param gone numbers whose namespaces ended
 */
public record Heard(
        boolean missed, Touched here, Map<Integer, Touched> elsewhere, Set<Integer> gone) {

    /** Nothing. */
    public static Heard nothing(boolean missed) {
        return new Heard(missed, Touched.nothing(), new HashMap<>(), new HashSet<>());
    }

    public boolean isNothing() {
        return !missed && here.isNothing() && elsewhere.isEmpty() && gone.isEmpty();
    }

    /** Both together; this one is used up. */
    public Heard and(Heard later) {
        Heard both = new Heard(missed || later.missed, here, elsewhere, gone);
        both.add(null, later.here);
        later.elsewhere.forEach(both::add);
        gone.addAll(later.gone);
        return both;
    }

    /** Takes in what was touched in the namespace of that number; null is this one. */
    void add(@Nullable Integer namespace, Touched touched) {
        if (namespace == null) {
            here.add(touched);
        } else if (!touched.isNothing()) {
            elsewhere.computeIfAbsent(namespace, _ -> Touched.nothing()).add(touched);
        }
    }

    void end(int namespace) {
        elsewhere.remove(namespace);
        gone.add(namespace);
    }
}

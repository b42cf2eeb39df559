package io.metaplugins.netlink;

import io.metaplugins.kernel.Query;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * What may have become different in a namespace, as far as the kernel's news tell.
 *
 * @param answers questions that may have another answer now; not those about one link
 * @param links that changed or went; with an IPv4 interface its addresses, routes and neighbours go
 *     without a word. "all" is the settings of that name
 * @param indices of links of which no more was said than that: a setting, an address
 * @param neighbours that were made, changed or removed, on whichever link
 */
public record Touched(
        Set<Query> answers,
        Set<InterfaceName> links,
        Set<Integer> indices,
        Set<IpAddress> neighbours) {

    /** Nothing yet; to be added to. */
    static Touched nothing() {
        return new Touched(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    }

    public boolean isNothing() {
        return answers.isEmpty() && links.isEmpty() && indices.isEmpty() && neighbours.isEmpty();
    }

    /** Takes in what another says. */
    public void add(Touched other) {
        answers.addAll(other.answers);
        links.addAll(other.links);
        indices.addAll(other.indices);
        neighbours.addAll(other.neighbours);
    }
}

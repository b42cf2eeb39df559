package io.metaplugins.engine;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.Objects;

/**
 * One effect, what it takes to bring it about, and what for.
 *
 * @param changes one, or two where the kernel has no single request for it
 * @param why for people
 */
record Step(Effect effect, List<Change> changes, String why) {

    /** The step that brings about what a statement wants. */
    static Step towards(Effect effect, String why) {
        KernelObject before = effect.before();
        KernelObject after = effect.after();
        if (after == null) {
            return new Step(effect, List.of(removal(effect.object())), why);
        }
        Change make = new Change(making(after), after);
        if (before == null) {
            return new Step(effect, List.of(make), why);
        }
        return isReplaceable(before, after)
                ? new Step(effect, List.of(new Change(Act.REPLACE, after)), why)
                : new Step(effect, List.of(removal(before), make), why);
    }

    static Change removal(KernelObject object) {
        // What the kernel tells of an IPv6 hop besides its way is true of the first hop alone.
        boolean hop = object instanceof Route route && route.family() == IpFamily.IPV6;
        return new Change(Act.DELETE, hop ? ((Route) object).bare() : object);
    }

    private static boolean isReplaceable(KernelObject before, KernelObject after) {
        return switch (before) {
            // REPLACE would take all other hops of the destination away with this one.
            case Route hop -> hop.family() == IpFamily.IPV4;
            // REPLACE leaves the old protocol where the new one is 0.
            case Neighbour _ ->
                    !(after instanceof Neighbour now && Objects.equals(now.protocol(), 0));
            case Rule _, Address _ -> false;
            case Link _, Sysctl _, NftRule _ -> true;
        };
    }

    private static Act making(KernelObject object) {
        return switch (object) {
            // ADD would be refused where another hop leads to the same destination.
            case Route route -> route.family() == IpFamily.IPV4 ? Act.ADD : Act.APPEND;
            case Rule _, Address _, NftRule _ -> Act.ADD;
            // Traffic may have made a neighbour since we looked.
            case Neighbour _, Sysctl _ -> Act.REPLACE;
            case Link link -> link.peer() == null ? Act.REPLACE : Act.ADD;
        };
    }

    /**
     * Whether the kernel changes other things by itself because of this one, so that what was read
     * before is not to be believed after: a link's new MAC address empties its neighbour table, an
     * address brings and takes routes, IPv6 switched on or off all of them.
     */
    boolean stirs() {
        return switch (effect.object()) {
            case Link _, Address _ -> true;
            case Sysctl sysctl -> sysctl.path().endsWith("/disable_ipv6");
            case Route _, Rule _, Neighbour _, NftRule _ -> false;
        };
    }
}

package io.metaplugins.engine;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.IpFamily;
import java.util.List;

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
            return new Step(effect, List.of(new Change(Act.DELETE, effect.object())), why);
        }
        Act act = before == null ? making(after) : Act.REPLACE;
        if (before instanceof Route hop && hop.family() == IpFamily.IPV6) {
            // REPLACE would take all other hops of the destination away with this one.
            return new Step(
                    effect,
                    List.of(new Change(Act.DELETE, before), new Change(Act.APPEND, after)),
                    why);
        }
        return new Step(effect, List.of(new Change(act, after)), why);
    }

    private static Act making(KernelObject object) {
        return switch (object) {
            // ADD would be refused where another hop leads to the same destination.
            case Route route -> route.family() == IpFamily.IPV4 ? Act.ADD : Act.APPEND;
            case Rule _, Address _ -> Act.ADD;
            // Traffic may have made an entry since we looked.
            case Neighbour _ -> Act.REPLACE;
            case Link _, Sysctl _ -> Act.REPLACE;
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
            case Route _, Rule _, Neighbour _ -> false;
        };
    }
}

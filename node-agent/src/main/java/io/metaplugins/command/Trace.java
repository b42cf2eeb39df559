package io.metaplugins.command;

import io.metaplugins.engine.Kernel;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Packet;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one packet, as the kernel itself finds it.
 *
 * <p>Which rule it was, the kernel does not tell, only in which table it found the route. It walks
 * the rules in their order, and stops at the first whose table has one; so it was the first rule
 * for the packet that leads to that table.
 *
 * @param packet what was asked about
 * @param passed rules for the packet before that one, in whose tables there is no way
 * @param rule null if it was chosen by something that is not known of the packet
 * @param route of the table; null if the kernel's answer is none that can be read
 * @param way what the kernel makes of it for this packet
 * @param next who it is handed to; null if the packet stays here, or goes to nobody in particular
 */
record Trace(
        Packet packet,
        List<Rule> passed,
        @Nullable Rule rule,
        @Nullable Route route,
        Route way,
        @Nullable Next next) {

    /**
     * The next hop.
     *
     * @param neighbour its entry; null if there is none, so that it will be asked for
     */
    record Next(IpAddress address, InterfaceName dev, @Nullable Neighbour neighbour) {}

    /** Looks it up; null if there is no way. */
    static @Nullable Trace of(Packet packet, Kernel kernel) {
        List<KernelObject> ways = kernel.read(new Query.WayOf(packet));
        if (ways.isEmpty() || !(ways.getFirst() instanceof Route way)) {
            return null;
        }
        List<Rule> rules =
                kernel.read(new Query.Rules(packet.destination().family())).stream()
                        .map(Rule.class::cast)
                        .filter(rule -> rule.appliesTo(packet))
                        .toList();
        int place = placeOf(way.table(), rules);
        return new Trace(
                packet,
                rules.subList(0, Math.max(place, 0)),
                place < 0 ? null : rules.get(place),
                route(packet, way, kernel),
                way,
                next(way, kernel));
    }

    private static int placeOf(TableId table, List<Rule> rules) {
        for (int place = 0; place < rules.size(); place++) {
            if (table.equals(rules.get(place).table())) {
                return place;
            }
        }
        return -1;
    }

    /** Of several hops the one that the packet gets. */
    private static @Nullable Route route(Packet packet, Route way, Kernel kernel) {
        List<Route> hops =
                kernel.read(new Query.RouteFor(packet)).stream().map(Route.class::cast).toList();
        for (Route hop : hops) {
            if (way.dev() != null && way.dev().equals(hop.dev())) {
                return hop;
            }
        }
        return hops.isEmpty() ? null : hops.getFirst();
    }

    private static @Nullable Next next(Route way, Kernel kernel) {
        InterfaceName dev = way.dev();
        if (dev == null || way.type() != Route.Type.UNICAST) {
            return null;
        }
        IpAddress address = way.via() == null ? way.destination().address() : way.via();
        Neighbour found = null;
        for (KernelObject each : kernel.read(new Query.Neighbours(dev))) {
            if (each instanceof Neighbour neighbour && neighbour.address().equals(address)) {
                found = neighbour;
            }
        }
        return new Next(address, dev, found);
    }

    /** Whether a packet goes another way by this than by the other. */
    boolean differsFrom(Trace other) {
        return !way.table().equals(other.way.table()) || !way.coversSameWayAs(other.way);
    }
}

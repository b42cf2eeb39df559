package io.metaplugins.command;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.KernelException;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on a node and bears our mark ({@link Owner}). No attachment may take it away, for others
 * share it, or its record is lost; only who takes away all may.
 */
record Remains(Kernel host) {

    List<KernelObject> find() {
        List<KernelObject> found = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            found.addAll(host.read(new Query.Rules(family)));
            found.addAll(host.read(new Query.AllRoutes(family)));
        }
        for (KernelObject link : host.read(new Query.Links())) {
            found.addAll(host.read(new Query.Neighbours(((Link) link).name())));
        }
        found.addAll(host.read(new Query.NftRules(NftChain.TABLE)));
        found.removeIf(each -> !isOurs(each));
        return found;
    }

    private static boolean isOurs(KernelObject object) {
        return switch (object) {
            case Rule rule -> isOurs(rule.protocol());
            case Route route -> isOurs(route.protocol());
            case Neighbour neighbour -> isOurs(neighbour.protocol());
            default -> true;
        };
    }

    private static boolean isOurs(@Nullable Integer protocol) {
        return protocol != null && protocol == Owner.PROTOCOL;
    }

    /** Removes them; gives what could not be removed. */
    List<KernelException> remove(List<KernelObject> objects) {
        List<Change> changes = new ArrayList<>();
        for (KernelObject each : objects) {
            // What the kernel tells of an IPv6 hop besides its way is true of the first hop alone.
            boolean hop = each instanceof Route route && route.family() == IpFamily.IPV6;
            changes.add(new Change(Change.Act.DELETE, hop ? ((Route) each).bare() : each));
        }
        return host.write(changes).stream()
                .map(Kernel.Failure::cause)
                .filter(cause -> !cause.saysGone())
                .toList();
    }
}

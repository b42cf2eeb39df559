package io.metaplugins.pod;

import io.metaplugins.kernel.Route;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.pod.NicSettings.MigrateRoute;
import java.util.List;

/**
 * The default routes of a pod's NIC: in its own table always, and in main if it is the one whose
 * default route main has. Those of the other NICs leave main then, and stay in their own tables.
 */
public final class NicDefaults {

    /** Whose default route main has when nobody says otherwise. */
    public enum Keeper {
        NEWEST,
        FIRST
    }

    private final NicSettings settings;
    private final ChainedNic nic;
    private final NicRoutes routes;
    private final NicTables tables;
    private final TableId table;
    private final InterfaceName other;
    private final Keeper keeper;
    private final Draft draft;

    NicDefaults(
            NicSettings settings,
            ChainedNic nic,
            NicRoutes routes,
            NicTables tables,
            TableId table,
            InterfaceName other,
            Keeper keeper,
            Draft draft) {
        this.settings = settings;
        this.nic = nic;
        this.routes = routes;
        this.tables = tables;
        this.table = table;
        this.other = other;
        this.keeper = keeper;
        this.draft = draft;
    }

    /** The NIC's default routes in its table, or if it has none, one by its gateway. */
    List<Route> of(IpFamily family) {
        List<Route> found =
                routes.of(nic.name(), table, family).stream()
                        .filter(route -> route.isDefault() && !settings.isPolicy(route))
                        .toList();
        return found.isEmpty()
                ? nic.gateways().stream()
                        .filter(gateway -> gateway.family() == family)
                        .limit(1)
                        .map(gateway -> nic.by(gateway, Cidr.any(family), table))
                        .toList()
                : found;
    }

    /** Whether main has a default by this NIC, or had one when the plugins before us were done. */
    boolean areWanted(IpFamily family) {
        return nic.defaults().contains(family) || routes.isDefaultInMain(nic.name(), family);
    }

    /** Whose default route main has. */
    void main(IpFamily family) {
        List<Route> own = of(family);
        if (!areWanted(family) || own.isEmpty()) {
            return;
        }
        InterfaceName named = settings.defaultRouteInterface();
        if (named != null && named.equals(nic.name())) {
            takeMain(family, own, "default_route_interface");
        } else if (named != null && routes.defaultNics(family).contains(named)) {
            leaveMain(nic.name(), family, "default_route_interface");
        } else if (settings.migrateRoute() == MigrateRoute.ALWAYS) {
            takeMain(family, own, "migrate_route");
        } else if (settings.migrateRoute() == MigrateRoute.AUTO) {
            autoMain(family, own);
        }
    }

    private void autoMain(IpFamily family, List<Route> own) {
        List<InterfaceName> others = others(family);
        switch (keeper) {
            case NEWEST -> {
                if (others.stream().noneMatch(dev -> tables.isLater(dev, table))) {
                    takeMain(family, own, "migrate_route");
                }
            }
            case FIRST -> {
                if (others.stream().allMatch(dev -> tables.isLater(dev, table))) {
                    takeMain(family, own, "migrate_route");
                } else {
                    leaveMain(nic.name(), family, "migrate_route");
                }
            }
        }
    }

    /** A NIC without a table of its own keeps its default in main, or it would have none. */
    private void takeMain(IpFamily family, List<Route> own, String key) {
        own.forEach(route ->
                draft.pod(
                        route.inTable(TableId.MAIN),
                        key + ": the default of main is that of " + nic.name()));
        others(family).stream()
                .filter(dev -> dev.equals(other) || tables.has(dev))
                .forEach(dev -> leaveMain(dev, family, key));
    }

    /**
     * The other NICs that have a default route. Where the first NIC keeps main, the interface that
     * leads to the node is none: its default route is for replies.
     */
    private List<InterfaceName> others(IpFamily family) {
        return routes.defaultNics(family).stream()
                .filter(dev -> !dev.equals(nic.name()))
                .filter(dev -> keeper == Keeper.NEWEST || !dev.equals(other))
                .toList();
    }

    private void leaveMain(InterfaceName dev, IpFamily family, String key) {
        for (Route route : routes.defaults(dev, family)) {
            draft.notInPod(
                    route.inTable(TableId.MAIN),
                    key + ": the default of " + dev + " is in its own table");
        }
    }
}

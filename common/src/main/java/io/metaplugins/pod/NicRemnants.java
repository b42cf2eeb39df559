package io.metaplugins.pod;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a DEL finds to remove when the ledger is lost: what bears our mark and is about the NIC's
 * addresses. What was changed and not added cannot be told from the kernel, and stays.
 */
public final class NicRemnants implements Planner {
    private static final String WHY = "left by an attachment that is not on record";

    private final InterfaceName nic;
    private final TableId hostRuleTable;
    private final List<IpAddress> addresses;

    /**
     * @param hostRuleTable the node's table of ways to the pods' NICs
     * @param addresses of the NIC
     */
    public NicRemnants(InterfaceName nic, TableId hostRuleTable, List<IpAddress> addresses) {
        this.nic = nic;
        this.hostRuleTable = hostRuleTable;
        this.addresses = List.copyOf(addresses);
    }

    private Set<IpFamily> families() {
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        addresses.forEach(address -> families.add(address.family()));
        return families;
    }

    @Override
    public Questions questions(Observation soFar) {
        List<Query> host = new ArrayList<>();
        List<Query> container = new ArrayList<>();
        for (IpFamily family : families()) {
            host.add(new Query.Routes(family, hostRuleTable));
            container.add(new Query.AllRoutes(family));
            container.add(new Query.Rules(family));
        }
        container.add(new Query.NftRules(NftChain.TABLE));
        hostRoutes(soFar.host())
                .flatMap(route -> Stream.ofNullable(route.dev()))
                .distinct()
                .map(Query.Neighbours::new)
                .forEach(host::add);
        return new Questions(host, container);
    }

    @Override
    public Plan plan(Observation seen) {
        List<InterfaceName> ends =
                hostRoutes(seen.host()).map(Route::dev).filter(Objects::nonNull).toList();
        Stream<Neighbour> neighbours =
                seen.host().all(Neighbour.class).stream()
                        .filter(entry -> isOurs(entry.protocol()) && ends.contains(entry.dev()))
                        .filter(entry -> addresses.contains(entry.address()));
        return new Plan(
                Stream.concat(
                                absent(Where.CONTAINER, inContainer(seen.container())),
                                absent(
                                        Where.HOST,
                                        Stream.concat(neighbours, hostRoutes(seen.host()))))
                        .toList());
    }

    private Stream<Route> hostRoutes(Snapshot host) {
        return host.all(Route.class).stream()
                .filter(route -> isOurs(route.protocol()) && isOfNic(route.destination()));
    }

    /** The NIC's rules, and what is ours in the tables that they lead to. */
    private Stream<KernelObject> inContainer(Snapshot container) {
        List<Rule> rules =
                container.all(Rule.class).stream()
                        .filter(rule -> isOurs(rule.protocol()) && isOfNic(rule.from()))
                        .toList();
        Set<TableId> tables = new HashSet<>();
        rules.forEach(rule -> Stream.ofNullable(rule.table()).forEach(tables::add));
        Predicate<Route> inTables = route -> tables.contains(route.table());
        return Stream.of(
                        rules.stream(),
                        marked(container, tables),
                        container.all(NftRule.class).stream()
                                .filter(rule -> ReplyPath.isAbout(rule, nic)),
                        container.all(Route.class).stream()
                                .filter(inTables.and(route -> isOurs(route.protocol()))))
                .flatMap(each -> each);
    }

    /** The rules by mark that lead to one of the tables. */
    public static Stream<Rule> marked(Snapshot container, Set<TableId> tables) {
        return container.all(Rule.class).stream()
                .filter(rule -> isOurs(rule.protocol()) && rule.mark() != null)
                .filter(rule -> rule.table() != null && tables.contains(rule.table()));
    }

    private boolean isOfNic(@Nullable Cidr cidr) {
        return cidr != null && cidr.isHost() && addresses.contains(cidr.address());
    }

    private static boolean isOurs(@Nullable Integer protocol) {
        return Objects.equals(protocol, Owner.PROTOCOL);
    }

    private static Stream<Statement> absent(Where where, Stream<? extends KernelObject> objects) {
        return objects.map(object -> Statement.absent(where, object, WHY));
    }
}

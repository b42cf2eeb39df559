package io.metaplugins.pod;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.PlanException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Which routing table of a pod belongs to which NIC.
 *
 * <p>A NIC's table is the one that the rule for its addresses names; so it stays the same when ADD
 * is run again, whatever the NICs are called and in whichever order the kernel lists them. A NIC
 * without a rule gets the number above the highest in use: numbers grow in the order in which NICs
 * came, which is how "newest" is known later, and nobody else's table is taken.
 */
public final class NicTables {
    /** The overlay NIC's table. */
    public static final TableId OVERLAY = new TableId(100);

    /** Where replies to what came in by the overlay NIC go, if they have a table of their own. */
    public static final TableId OVERLAY_REPLIES = new TableId(99);

    private static final long FIRST = 101;
    // 253 and up are the kernel's own.
    private static final long LAST = 252;

    private final Snapshot container;
    private final long rulePriority;

    /**
     * Reads the tables off the pod's rules.
     *
     * @param rulePriority of the rules that tie a NIC's addresses to its table
     */
    public NicTables(Snapshot container, long rulePriority) {
        this.container = container;
        this.rulePriority = rulePriority;
    }

    /**
     * The table of the NIC that has, or is to have, these addresses.
     *
     * @throws PlanException if no number is free
     */
    public TableId of(Collection<Cidr> addresses) {
        return ofRule(addresses.stream().map(Cidr::address).toList()).orElseGet(this::next);
    }

    /** Whether the NIC has a table. */
    public boolean has(InterfaceName nic) {
        return ofNic(nic).isPresent();
    }

    /** Whether the NIC came after the one that the table belongs to. */
    public boolean isLater(InterfaceName nic, TableId table) {
        return ofNic(nic).filter(other -> other.compareTo(table) > 0).isPresent();
    }

    /** Whether no NIC came before the one that the table belongs to. */
    public boolean isFirst(TableId table) {
        return container.all(Rule.class).stream()
                .filter(rule -> rule.priority() == rulePriority && rule.to() == null)
                .filter(rule -> rule.from() != null && rule.from().isHost())
                .flatMap(rule -> Stream.ofNullable(rule.table()))
                .noneMatch(other -> other.compareTo(table) < 0);
    }

    private Optional<TableId> ofNic(InterfaceName nic) {
        List<IpAddress> addresses =
                container.all(Address.class).stream()
                        .filter(address -> address.dev().equals(nic))
                        .map(address -> address.cidr().address())
                        .toList();
        return ofRule(addresses);
    }

    private Optional<TableId> ofRule(Collection<IpAddress> addresses) {
        return container.all(Rule.class).stream()
                .filter(rule -> rule.priority() == rulePriority)
                .filter(rule -> isFromOneOf(addresses, rule))
                .flatMap(rule -> Stream.ofNullable(rule.table()))
                .findFirst();
    }

    private static boolean isFromOneOf(Collection<IpAddress> addresses, Rule rule) {
        Cidr from = rule.from();
        return from != null
                && from.isHost()
                && rule.to() == null
                && addresses.contains(from.address());
    }

    private TableId next() {
        Set<Long> used = new HashSet<>();
        container.all(Route.class).forEach(route -> used.add(route.table().value()));
        container.all(Rule.class).stream()
                .flatMap(rule -> Stream.ofNullable(rule.table()))
                .forEach(table -> used.add(table.value()));
        long highest =
                used.stream()
                        .filter(n -> n >= FIRST && n <= LAST)
                        .max(Long::compare)
                        .orElse(FIRST - 1);
        return LongStream.concat(
                        LongStream.rangeClosed(highest + 1, LAST),
                        LongStream.rangeClosed(FIRST, LAST))
                .filter(n -> !used.contains(n))
                .mapToObj(TableId::new)
                .findFirst()
                .orElseThrow(() ->
                        new PlanException(
                                "the container has no free routing table in "
                                        + FIRST
                                        + ".."
                                        + LAST));
    }
}

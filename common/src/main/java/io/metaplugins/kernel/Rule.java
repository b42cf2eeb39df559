package io.metaplugins.kernel;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy rule ({@code struct fib_rule_hdr}, {@code FRA_*} of {@code linux/fib_rules.h}).
 *
 * <p>The kernel has no REPLACE for rules, and without a priority it invents one and so takes the
 * same rule twice: a wish always states its priority.
 *
 * @param family IPv4 and IPv6 have lists of their own
 * @param priority unsigned 32 bits; the smallest is looked at first
 * @param from {@code FRA_SRC}; null for all
 * @param to {@code FRA_DST}; null for all
 * @param mark {@code FRA_FWMARK}, unsigned 32 bits; null if it does not matter
 * @param mask {@code FRA_FWMASK}, unsigned 32 bits; null if no mark is asked for
 * @param iif {@code FRA_IIFNAME}; null for any
 * @param oif {@code FRA_OIFNAME}; null for any
 * @param table where a match is looked up; null for a rule that does not look up ({@code
 *     unreachable}, {@code goto} …), which no wish of ours is
 * @param protocol {@code FRA_PROTOCOL}: who made it; null in a wish that does not care
 */
public record Rule(
        IpFamily family,
        long priority,
        @Nullable Cidr from,
        @Nullable Cidr to,
        @Nullable Long mark,
        @Nullable Long mask,
        @Nullable InterfaceName iif,
        @Nullable InterfaceName oif,
        @Nullable TableId table,
        @Nullable Integer protocol)
        implements KernelObject {
    private static final long LARGEST_MARK = 0xffff_ffffL;

    /** A wish for all packets of the family to be looked up in the table. */
    public static Rule all(IpFamily family, long priority, TableId table) {
        return new Rule(family, priority, null, null, null, null, null, null, table, null);
    }

    /** A wish for packets from the source to be looked up in the table. */
    public static Rule from(Cidr source, long priority, TableId table) {
        return new Rule(
                source.family(), priority, source, null, null, null, null, null, table, null);
    }

    /** A wish for packets to the destination to be looked up in the table. */
    public static Rule to(Cidr destination, long priority, TableId table) {
        return new Rule(
                destination.family(),
                priority,
                null,
                destination,
                null,
                null,
                null,
                null,
                table,
                null);
    }

    /** A wish for packets whose mark has the value in the mask's bits to be looked up there. */
    public static Rule marked(IpFamily family, long mark, long mask, long priority, TableId table) {
        return new Rule(family, priority, null, null, mark, mask, null, null, table, null);
    }

    /**
     * Whether the packet is looked up in the table, as {@code fib_rule_match()} of the kernel
     * decides. A rule for what leaves by an interface is for sockets that are bound to it, and a
     * packet does not tell that it is from one.
     */
    public boolean appliesTo(Packet packet) {
        IpAddress source = packet.source();
        long bits = mask == null ? LARGEST_MARK : mask;
        return family == packet.destination().family()
                && (from == null || (source != null && from.contains(source)))
                && (to == null || to.contains(packet.destination()))
                && (mark == null || (packet.mark() & bits) == mark)
                && (iif == null || iif.equals(packet.iif()) || isOwn(packet, iif))
                && oif == null;
    }

    /** What the namespace itself sends counts as having come in by its loopback. */
    private static boolean isOwn(Packet packet, InterfaceName iif) {
        return packet.iif() == null && iif.value().equals("lo");
    }

    public Rule withProtocol(@Nullable Integer other) {
        return new Rule(family, priority, from, to, mark, mask, iif, oif, table, other);
    }

    @Override
    public @Nullable InterfaceName dev() {
        return null;
    }

    @Override
    public Query query() {
        return new Query.Rules(family);
    }

    /** All selectors, the priority and the table: what the kernel compares with NLM_F_EXCL. */
    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Rule rule
                && rule.family == family
                && rule.priority == priority
                && Objects.equals(rule.from, from)
                && Objects.equals(rule.to, to)
                && Objects.equals(rule.mark, mark)
                && Objects.equals(rule.mask, mask)
                && Objects.equals(rule.iif, iif)
                && Objects.equals(rule.oif, oif)
                && Objects.equals(rule.table, table);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return sameAs(observed);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("rule from ");
        text.append(from == null ? "all" : hostWithoutLength(from));
        if (to != null) {
            text.append(" to ").append(hostWithoutLength(to));
        }
        if (mark != null) {
            text.append(" fwmark 0x").append(Long.toHexString(mark));
            if (mask != null && mask != LARGEST_MARK) {
                text.append("/0x").append(Long.toHexString(mask));
            }
        }
        if (iif != null) {
            text.append(" iif ").append(iif);
        }
        if (oif != null) {
            text.append(" oif ").append(oif);
        }
        text.append(" priority ").append(priority);
        if (table != null) {
            text.append(" lookup ").append(table);
        }
        return text.toString();
    }

    private static String hostWithoutLength(Cidr cidr) {
        return cidr.isHost() ? cidr.address().toString() : cidr.toString();
    }
}

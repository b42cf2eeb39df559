package io.metaplugins.kernel;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A route with one next hop ({@code struct rtmsg}, {@code RTA_*} of {@code linux/rtnetlink.h}).
 *
 * <p>An IPv6 multipath route is read as one route per hop, which is how the kernel keeps it. An
 * IPv4 route with several hops is one object to the kernel that no wish of ours can be; it is read
 * with neither {@code via} nor {@code dev}.
 *
 * @param destination {@code RTA_DST} with {@code rtm_dst_len}; bits behind the prefix are zero
 * @param table {@code RTA_TABLE}
 * @param via {@code RTA_GATEWAY}, of the destination's family; null for a directly connected one
 * @param dev {@code RTA_OIF}; null for a route to nowhere (blackhole, unreachable …)
 * @param source {@code RTA_PREFSRC}: the address that the pod's own packets carry
 * @param scope {@code rtm_scope}; the kernel ignores it for IPv6
 * @param metric {@code RTA_PRIORITY}: unsigned; 0 is IPv4's default, 1024 IPv6's; null leaves it to
 *     the kernel
 * @param mtu {@code RTAX_MTU}, bytes
 * @param onlink {@code RTNH_F_ONLINK}: the gateway is on this link though no route says so
 * @param protocol {@code rtm_protocol}: who made it; 2 is the kernel, 3 boot, 4 static
 * @param type {@code rtm_type}
 */
public record Route(
        Cidr destination,
        TableId table,
        @Nullable IpAddress via,
        @Nullable InterfaceName dev,
        @Nullable IpAddress source,
        @Nullable Scope scope,
        @Nullable Long metric,
        @Nullable Integer mtu,
        boolean onlink,
        @Nullable Integer protocol,
        Type type)
        implements KernelObject {

    private static final long IPV6_DEFAULT_METRIC = 1024;

    /** What becomes of a packet ({@code RTN_*} of {@code linux/rtnetlink.h}). */
    public enum Type {
        UNICAST(1),
        LOCAL(2),
        BROADCAST(3),
        ANYCAST(4),
        MULTICAST(5),
        BLACKHOLE(6),
        UNREACHABLE(7),
        PROHIBIT(8),
        THROW(9);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** The value of {@code RTN_UNICAST} …. */
        public int number() {
            return number;
        }
    }

    public Route {
        if (!destination.isNetwork()) {
            throw new IllegalArgumentException(
                    "route to " + destination + " has bits behind its prefix");
        }
        if (via != null && via.family() != destination.family()) {
            throw new IllegalArgumentException(
                    "route to " + destination + " via " + via + ": mixed families");
        }
    }

    /** A wish for the destination to be directly reachable on the interface. */
    public static Route connected(Cidr destination, InterfaceName dev, TableId table) {
        return new Route(
                destination,
                table,
                null,
                dev,
                null,
                Scope.LINK,
                null,
                null,
                false,
                null,
                Type.UNICAST);
    }

    /** A wish for the destination to be reached by a gateway. */
    public static Route via(Cidr destination, IpAddress gateway, InterfaceName dev, TableId table) {
        return new Route(
                destination,
                table,
                gateway,
                dev,
                null,
                null,
                null,
                null,
                false,
                null,
                Type.UNICAST);
    }

    public IpFamily family() {
        return destination.family();
    }

    public boolean isDefault() {
        return destination.isAny() && type == Type.UNICAST;
    }

    /** This route in another table, all else kept: onlink, source, metric, MTU and scope. */
    public Route inTable(TableId other) {
        return new Route(
                destination, other, via, dev, source, scope, metric, mtu, onlink, protocol, type);
    }

    public Route withSource(@Nullable IpAddress other) {
        return new Route(
                destination, table, via, dev, other, scope, metric, mtu, onlink, protocol, type);
    }

    public Route withOnlink(boolean other) {
        return new Route(
                destination, table, via, dev, source, scope, metric, mtu, other, protocol, type);
    }

    public Route withProtocol(@Nullable Integer other) {
        return new Route(
                destination, table, via, dev, source, scope, metric, mtu, onlink, other, type);
    }

    /** The way alone: destination, table, gateway, interface, metric and type. */
    public Route bare() {
        return new Route(destination, table, via, dev, null, null, metric, null, false, null, type);
    }

    /** Whether both lead to the destination by the same gateway and interface in the same table. */
    public boolean coversSameWayAs(Route other) {
        return destination.equals(other.destination)
                && table.equals(other.table)
                && Objects.equals(via, other.via)
                && Objects.equals(dev, other.dev);
    }

    @Override
    public Query query() {
        return new Query.Routes(family(), table);
    }

    /** IPv4 keeps one route for each destination and metric; IPv6 for each hop besides. */
    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Route route
                && route.destination.equals(destination)
                && route.table.equals(table)
                && effectiveMetric() == route.effectiveMetric()
                && (family() == IpFamily.IPV4
                        || (Wish.holds(via, route.via) && Wish.holds(dev, route.dev)));
    }

    /** The metric that the kernel uses where none is stated. */
    public long effectiveMetric() {
        if (metric != null) {
            return metric;
        }
        return family() == IpFamily.IPV4 ? 0 : IPV6_DEFAULT_METRIC;
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return observed instanceof Route route
                && sameAs(route)
                && type == route.type
                && (via == null ? route.via == null : via.equals(route.via))
                && Wish.holds(dev, route.dev)
                && Wish.holds(source, route.source)
                && (family() == IpFamily.IPV6 || Wish.holds(scope, route.scope))
                && Wish.holds(mtu, route.mtu)
                && (!onlink || route.onlink);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("route ");
        if (type != Type.UNICAST) {
            text.append(type.name().toLowerCase(Locale.ROOT)).append(' ');
        }
        text.append(destination.isAny() ? "default" : destination);
        if (via != null) {
            text.append(" via ").append(via);
        }
        if (dev != null) {
            text.append(" dev ").append(dev);
        }
        text.append(" table ").append(table);
        if (scope != null && family() == IpFamily.IPV4 && scope != Scope.GLOBAL) {
            text.append(" scope ").append(scope);
        }
        if (source != null) {
            text.append(" src ").append(source);
        }
        if (metric != null && metric != 0) {
            text.append(" metric ").append(Long.toUnsignedString(metric));
        }
        if (mtu != null) {
            text.append(" mtu ").append(mtu);
        }
        if (onlink) {
            text.append(" onlink");
        }
        return text.toString();
    }
}

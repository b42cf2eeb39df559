package io.metaplugins.netlink;

import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Scope;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes in bytes: {@code struct rtmsg} and {@code RTA_*} of {@code linux/rtnetlink.h}. */
public final class RouteCodec {
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    private static final int HEADER_BYTES = 12;
    private static final int NEXT_HOP_BYTES = 8;

    private static final int RTNH_F_ONLINK = 0x4;
    private static final int RTM_F_CLONED = 0x200;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;

    private static final int RTAX_MTU = 2;

    /** {@code rtm_table} has eight bits; larger tables go by RTA_TABLE alone. */
    private static final long LARGEST_IN_HEADER = 255;

    private final Interfaces interfaces;

    public RouteCodec(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /** A request for the routes of a family, of one table or of all ({@code ip route show}). */
    public Message dump(IpFamily family, @Nullable TableId table) {
        ByteBuffer header = AttributeWriter.header(HEADER_BYTES).put(0, (byte) family.number());
        AttributeWriter writer = new AttributeWriter(header);
        if (table != null) {
            writer.u32(RTA_TABLE, table.value());
        }
        return Message.request(RTM_GETROUTE, Message.NLM_F_DUMP, writer.payload());
    }

    /** Adds a route ({@code ip route add}), ours unless it says whose. */
    public Message add(Route route, int flags) {
        int protocol = Objects.requireNonNullElse(route.protocol(), Owner.PROTOCOL);
        AttributeWriter writer =
                new AttributeWriter(header(route, protocol, scope(route, Scope.GLOBAL)));
        putSelectors(writer, route, route.via());
        if (route.mtu() != null) {
            int metrics = writer.begin(RTA_METRICS);
            writer.u32(RTAX_MTU, route.mtu()).end(metrics);
        }
        return Message.request(RTM_NEWROUTE, flags, writer.payload());
    }

    /**
     * Removes a route ({@code ip route delete}): the one with all that is stated, and no gateway if
     * none is.
     */
    public Message delete(Route route) {
        int protocol = Objects.requireNonNullElse(route.protocol(), 0);
        AttributeWriter writer =
                new AttributeWriter(header(route, protocol, scope(route, Scope.NOWHERE)));
        putSelectors(writer, route, gatewayToDelete(route));
        return Message.request(RTM_DELROUTE, 0, writer.payload());
    }

    /**
     * To delete an IPv6 route without naming a gateway is to delete one with whatever gateway, and
     * all hops beside it; the gateway {@code ::} is what a route without one has.
     */
    private static @Nullable IpAddress gatewayToDelete(Route route) {
        boolean none = route.via() == null && route.family() == IpFamily.IPV6;
        return none && route.type() == Route.Type.UNICAST ? Cidr.ANY_IPV6.address() : route.via();
    }

    /** The order in which {@code ip route add DST via GW src S metric N table T dev D} has them. */
    private void putSelectors(AttributeWriter writer, Route route, @Nullable IpAddress gateway) {
        if (!route.destination().isAny()) {
            writer.address(RTA_DST, route.destination().address());
        }
        if (gateway != null) {
            writer.address(RTA_GATEWAY, gateway);
        }
        if (route.source() != null) {
            writer.address(RTA_PREFSRC, route.source());
        }
        if (route.metric() != null) {
            writer.u32(RTA_PRIORITY, route.metric());
        }
        if (route.table().value() > LARGEST_IN_HEADER) {
            writer.u32(RTA_TABLE, route.table().value());
        }
        if (route.dev() != null) {
            writer.u32(RTA_OIF, interfaces.index(route.dev()));
        }
    }

    private static ByteBuffer header(Route route, int protocol, Scope scope) {
        long table = route.table().value();
        // family, lengths, TOS; table, protocol, scope, type; flags
        return AttributeWriter.header(HEADER_BYTES)
                .put(0, (byte) route.family().number())
                .put(1, (byte) route.destination().prefixLength())
                .put(4, (byte) (table > LARGEST_IN_HEADER ? 0 : table))
                .put(5, (byte) protocol)
                .put(6, (byte) scope.number())
                .put(7, (byte) route.type().number())
                .putInt(8, route.onlink() ? RTNH_F_ONLINK : 0);
    }

    /**
     * As {@code ip} fills it in. For IPv4, a route that is deleted without a gateway must have link
     * scope, since the kernel would take any gateway where none is named.
     */
    private static Scope scope(Route route, Scope ofGateway) {
        if (route.family() == IpFamily.IPV6) {
            return Scope.GLOBAL;
        }
        if (route.scope() != null) {
            return route.scope();
        }
        return switch (route.type()) {
            case LOCAL -> Scope.HOST;
            case BROADCAST, MULTICAST, ANYCAST -> Scope.LINK;
            case UNICAST -> route.via() == null ? Scope.LINK : ofGateway;
            case BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> ofGateway;
        };
    }

    /**
     * Reads a route, as {@link Route} says what becomes of several hops.
     *
     * @return nothing for what no wish can be about: a cached copy, a route that is chosen by more
     *     than its destination (TOS, IPv6 source), one whose interface is gone
     * @throws MalformedMessageException if the message is not a route of IPv4 or IPv6
     */
    public List<Route> read(Message message) {
        if (message.type() != RTM_NEWROUTE) {
            throw new MalformedMessageException("no route: message of type " + message.type());
        }
        return new Reading(message).routes();
    }

    /** A next hop; neither gateway nor interface where a {@link Route} cannot hold them. */
    private record Hop(@Nullable IpAddress via, int index, boolean onlink) {}

    /** A route while its attributes come in. */
    private final class Reading {
        private final ByteBuffer header;
        private final AttributeReader attributes;
        private final IpFamily family;
        private Cidr destination;
        private long table;
        private @Nullable IpAddress via;
        private int index;
        private boolean foreignVia;
        private @Nullable IpAddress source;
        private @Nullable Long metric;
        private @Nullable Integer mtu;
        private final List<Hop> hops = new ArrayList<>();

        Reading(Message message) {
            attributes = AttributeReader.of(message, HEADER_BYTES);
            header = message.payload();
            family = Families.of(header.get(0));
            destination = Cidr.any(family);
            table = Byte.toUnsignedLong(header.get(4));
            while (attributes.next()) {
                accept();
            }
        }

        private void accept() {
            switch (attributes.type()) {
                case RTA_DST ->
                        destination = attributes.cidr(family, Byte.toUnsignedInt(header.get(1)));
                case RTA_GATEWAY -> via = attributes.address(family);
                case RTA_VIA -> foreignVia = true;
                case RTA_OIF -> index = attributes.s32();
                case RTA_PREFSRC -> source = attributes.address(family);
                case RTA_PRIORITY -> metric = attributes.u32();
                case RTA_TABLE -> table = attributes.u32();
                case RTA_METRICS -> mtu = mtu(attributes.nested());
                case RTA_MULTIPATH -> readHops(attributes.buffer());
                default -> {}
            }
        }

        private static @Nullable Integer mtu(AttributeReader metrics) {
            while (metrics.next()) {
                if (metrics.type() == RTAX_MTU) {
                    return metrics.s32();
                }
            }
            return null;
        }

        /** {@code struct rtnexthop}: length, flags, weight, interface; then attributes. */
        private void readHops(ByteBuffer nextHops) {
            while (nextHops.hasRemaining()) {
                int start = nextHops.position();
                int rest = nextHops.remaining();
                int length =
                        rest < NEXT_HOP_BYTES ? 0 : Short.toUnsignedInt(nextHops.getShort(start));
                if (length < NEXT_HOP_BYTES || length > rest) {
                    throw new MalformedMessageException(
                            "a next hop claims " + length + " bytes of " + rest);
                }
                boolean onlink = (nextHops.get(start + 2) & RTNH_F_ONLINK) != 0;
                IpAddress gateway =
                        gateway(
                                new AttributeReader(
                                        nextHops.slice(
                                                start + NEXT_HOP_BYTES, length - NEXT_HOP_BYTES)));
                hops.add(new Hop(gateway, nextHops.getInt(start + 4), onlink));
                nextHops.position(start + Math.min((length + 3) & -4, rest));
            }
        }

        private @Nullable IpAddress gateway(AttributeReader hop) {
            IpAddress found = null;
            while (hop.next()) {
                if (hop.type() == RTA_GATEWAY) {
                    found = hop.address(family);
                }
            }
            return found;
        }

        List<Route> routes() {
            Route.Type type = type(Byte.toUnsignedInt(header.get(7)));
            int flags = header.getInt(8);
            boolean byMore = header.get(2) != 0 || header.get(3) != 0;
            if (type == null || byMore || (flags & RTM_F_CLONED) != 0) {
                return List.of();
            }
            if (hops.size() == 1 || (family == IpFamily.IPV6 && !hops.isEmpty())) {
                List<Route> routes = new ArrayList<>();
                hops.forEach(hop -> addRoute(routes, hop, type));
                return routes;
            }
            boolean onlink = (flags & RTNH_F_ONLINK) != 0;
            Hop only =
                    foreignVia || !hops.isEmpty()
                            ? new Hop(null, 0, false)
                            : new Hop(via, index, onlink);
            List<Route> routes = new ArrayList<>(1);
            addRoute(routes, only, type);
            return routes;
        }

        private void addRoute(List<Route> routes, Hop hop, Route.Type type) {
            InterfaceName dev = hop.index == 0 ? null : interfaces.name(hop.index);
            if (hop.index != 0 && dev == null) {
                return;
            }
            try {
                routes.add(
                        new Route(
                                destination,
                                new TableId(table),
                                hop.via,
                                dev,
                                source,
                                Scope.of(Byte.toUnsignedInt(header.get(6))),
                                metric,
                                mtu,
                                hop.onlink,
                                Byte.toUnsignedInt(header.get(5)),
                                type));
            } catch (IllegalArgumentException e) {
                throw new MalformedMessageException("no route: " + e.getMessage(), e);
            }
        }
    }

    static Route.@Nullable Type type(int number) {
        for (Route.Type type : Route.Type.values()) {
            if (type.number() == number) {
                return type;
            }
        }
        return null;
    }
}

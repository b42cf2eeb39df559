package io.metaplugins.netlink;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Packet;
import io.metaplugins.kernel.Route;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel would do with a packet, in bytes: {@code RTM_GETROUTE} for one destination, which
 * walks the rules and tables as the packet would ({@code struct rtmsg} and {@code RTA_*} of {@code
 * linux/rtnetlink.h}).
 */
final class LookupCodec {
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;

    private static final int HEADER_BYTES = 12;

    /** IPv4 names the main table whichever it was, unless it is told to name the right one. */
    private static final int RTM_F_LOOKUP_TABLE = 0x1000;

    private static final int RTM_F_FIB_MATCH = 0x2000;

    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_IIF = 3;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int RTA_MARK = 16;

    private final Interfaces interfaces;

    LookupCodec(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /** A request for the route of the table ({@code ip route get fibmatch}). */
    Message route(Packet packet) {
        return request(packet, RTM_F_FIB_MATCH);
    }

    /** A request for what becomes of the packet ({@code ip route get}). */
    Message way(Packet packet) {
        return request(packet, 0);
    }

    private Message request(Packet packet, int flags) {
        IpFamily family = packet.destination().family();
        IpAddress source = packet.source();
        // IPv6 refuses RTM_F_LOOKUP_TABLE, and always names the right one.
        int all = family == IpFamily.IPV4 ? flags | RTM_F_LOOKUP_TABLE : flags;
        ByteBuffer header =
                AttributeWriter.header(HEADER_BYTES)
                        .put(0, (byte) family.number())
                        .put(1, (byte) family.addressBits())
                        .put(2, (byte) (source == null ? 0 : family.addressBits()))
                        .putInt(8, all);
        AttributeWriter writer = new AttributeWriter(header).address(RTA_DST, packet.destination());
        if (source != null) {
            writer.address(RTA_SRC, source);
        }
        if (packet.mark() != 0) {
            writer.u32(RTA_MARK, packet.mark());
        }
        if (packet.iif() != null) {
            writer.u32(RTA_IIF, interfaces.index(packet.iif()));
        }
        return Message.request(RTM_GETROUTE, 0, writer.payload());
    }

    /** Reads the route of a table, or its hops, as {@link RouteCodec} does. */
    List<KernelObject> readRoute(Message answer) {
        return List.copyOf(new RouteCodec(interfaces).read(answer));
    }

    /**
     * Reads what becomes of the packet, as a route to its destination alone.
     *
     * @throws MalformedMessageException if the message is not a route of IPv4 or IPv6
     */
    Route readWay(Message answer) {
        if (answer.type() != RTM_NEWROUTE) {
            throw new MalformedMessageException("no route: message of type " + answer.type());
        }
        AttributeReader attributes = AttributeReader.of(answer, HEADER_BYTES);
        ByteBuffer header = answer.payload();
        IpFamily family = Families.of(header.get(0));
        IpAddress destination = null;
        IpAddress via = null;
        IpAddress source = null;
        InterfaceName dev = null;
        long table = Byte.toUnsignedLong(header.get(4));
        while (attributes.next()) {
            switch (attributes.type()) {
                case RTA_DST -> destination = attributes.address(family);
                case RTA_GATEWAY -> via = attributes.address(family);
                case RTA_PREFSRC -> source = attributes.address(family);
                case RTA_OIF -> dev = interfaces.name(attributes.s32());
                case RTA_TABLE -> table = attributes.u32();
                default -> {}
            }
        }
        Route.Type type = RouteCodec.type(Byte.toUnsignedInt(header.get(7)));
        if (destination == null || type == null) {
            throw new MalformedMessageException("no way: its destination or its type is missing");
        }
        return way(destination, table, via, dev, source, type);
    }

    private static Route way(
            IpAddress destination,
            long table,
            @Nullable IpAddress via,
            @Nullable InterfaceName dev,
            @Nullable IpAddress source,
            Route.Type type) {
        try {
            return new Route(
                    destination.toHostCidr(),
                    new TableId(table),
                    via,
                    dev,
                    source,
                    null,
                    null,
                    null,
                    false,
                    null,
                    type);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("no way: " + e.getMessage(), e);
        }
    }
}

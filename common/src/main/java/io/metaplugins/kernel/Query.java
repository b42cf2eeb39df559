package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;

/** One reading of the kernel, as narrow as the kernel's own filters allow. */
public sealed interface Query {

    /** All links of the namespace ({@code ip link}). */
    record Links() implements Query {}

    /** One link by name; nothing if there is none. */
    record LinkNamed(InterfaceName name) implements Query {}

    /** One link by its index, as another link's {@code IFLA_LINK} names it; nothing if none. */
    record LinkIndexed(int index) implements Query {}

    /** The addresses of one family on all links. */
    record Addresses(IpFamily family) implements Query {}

    /** The routes of one table and family. */
    record Routes(IpFamily family, TableId table) implements Query {}

    /** The routes of one family in every table but {@code local}. */
    record AllRoutes(IpFamily family) implements Query {}

    /**
     * The route of a table that the kernel finds for a packet ({@code ip route get fibmatch});
     * nothing if it finds none.
     */
    record RouteFor(Packet packet) implements Query {}

    /**
     * What the kernel makes of that route for the one packet ({@code ip route get}): its table, the
     * next hop and interface, and the source address that it gets; nothing if it finds no way.
     */
    record WayOf(Packet packet) implements Query {}

    /** The policy rules of one family. */
    record Rules(IpFamily family) implements Query {}

    /** The neighbours of both families on one link; nothing if the link is not there. */
    record Neighbours(InterfaceName dev) implements Query {}

    /** The rules of an nf_tables table of the family {@code inet}; nothing if there is none. */
    record NftRules(String table) implements Query {}

    /** One setting below {@code /proc/sys}; nothing if it is not there. */
    record Setting(String path) implements Query {}
}

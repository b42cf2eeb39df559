package io.metaplugins.netlink;

import io.metaplugins.net.IpFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * How full the kernel's neighbour tables are: {@code struct ndtmsg} and {@code NDTA_*} of {@code
 * linux/neighbour.h} ({@code ip ntable}). There is one table a family, for all network namespaces
 * together, and a full one keeps every pod of the node from learning a neighbour.
 */
public final class NeighbourTables {
    private static final int RTM_NEWNEIGHTBL = 64;
    private static final int RTM_GETNEIGHTBL = 66;
    private static final int HEADER_BYTES = 4;
    private static final int NDTA_THRESH3 = 4;
    private static final int NDTA_CONFIG = 5;

    /** Of {@code struct ndt_config}, behind two lengths of 16 bits. */
    private static final int NDTC_ENTRIES = 4;

    private NeighbourTables() {}

    /**
     * One of them.
     *
     * @param entries of all namespaces, permanent ones too
     * @param limit {@code gc_thresh3}: how many there may be that are not permanent
     */
    public record Use(IpFamily family, int entries, long limit) {}

    /** The tables of both families, as seen from any namespace. */
    public static List<Use> read(NetlinkSocket socket) {
        Message request =
                Message.request(
                        RTM_GETNEIGHTBL,
                        Message.NLM_F_DUMP,
                        new AttributeWriter(AttributeWriter.header(HEADER_BYTES)).payload());
        List<Use> uses = new ArrayList<>();
        for (Message message : socket.dump(request).messages()) {
            if (message.type() == RTM_NEWNEIGHTBL) {
                add(message, uses);
            }
        }
        return uses;
    }

    /** Of each table the kernel tells itself, and then the settings of each interface for it. */
    private static void add(Message message, List<Use> uses) {
        AttributeReader attributes = AttributeReader.of(message, HEADER_BYTES);
        int entries = -1;
        long limit = -1;
        while (attributes.next()) {
            switch (attributes.type()) {
                case NDTA_THRESH3 -> limit = attributes.u32();
                case NDTA_CONFIG -> entries = attributes.buffer().getInt(NDTC_ENTRIES);
                default -> {}
            }
        }
        for (IpFamily family : IpFamily.values()) {
            if (family.number() == message.payload().get(0) && entries >= 0 && limit >= 0) {
                uses.add(new Use(family, entries, limit));
            }
        }
    }
}

package io.metaplugins.netlink;

import io.metaplugins.kernel.Query;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel tells by itself: the same messages with which it answers, of which only so much
 * is read as tells what to look at again.
 */
final class NewsCodec {
    private static final int AF_UNSPEC = 0;

    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_DELNEIGH = 29;
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;
    private static final int RTM_NEWNETCONF = 80;
    private static final int RTM_DELNETCONF = 81;
    static final int RTM_NEWNSID = 88;
    static final int RTM_DELNSID = 89;

    private static final int IFADDRMSG_BYTES = 8;
    private static final int RTMSG_BYTES = 12;
    private static final int NDMSG_BYTES = 12;
    private static final int FIB_RULE_HDR_BYTES = 12;
    private static final int NETCONFMSG_BYTES = 1;
    private static final int RTGENMSG_BYTES = 1;
    private static final int NFGENMSG_BYTES = 4;

    private static final int RTM_F_CLONED = 0x200;
    private static final int RTA_TABLE = 15;
    private static final int NDA_DST = 1;
    private static final int NETNSA_NSID = 1;

    // linux/netconf.h
    private static final int NETCONFA_IFINDEX = 1;
    private static final int NETCONFA_IFINDEX_ALL = -1;
    private static final InterfaceName ALL = new InterfaceName("all");

    // linux/netfilter/nfnetlink.h, linux/netfilter/nf_tables.h
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFT_MSG_NEWGEN = 15;
    private static final int NFPROTO_INET = 1;

    /** Of tables, chains, rules and sets alike. */
    private static final int NFTA_TABLE_NAME = 1;

    /**
     * Adds what the message tells, if it is of a kind that is known.
     *
     * @throws MalformedMessageException if it is, and does not hold together
     */
    void read(Message message, Touched touched) {
        switch (message.type()) {
            case LinkCodec.RTM_NEWLINK, LinkCodec.RTM_DELLINK -> link(message, touched);
            case RTM_NEWADDR, RTM_DELADDR -> address(message, touched);
            case RTM_NEWROUTE, RTM_DELROUTE -> route(message, touched);
            case RTM_NEWNEIGH, RTM_DELNEIGH -> neighbour(message, touched);
            case RTM_NEWRULE, RTM_DELRULE -> {
                IpFamily family = family(message, FIB_RULE_HDR_BYTES);
                if (family != null) {
                    touched.answers().add(new Query.Rules(family));
                }
            }
            case RTM_NEWNETCONF, RTM_DELNETCONF -> settings(message, touched);
            default -> {
                if (message.type() >> Byte.SIZE == NFNL_SUBSYS_NFTABLES) {
                    packetFilter(message, touched);
                }
            }
        }
    }

    /** The number that a message about namespaces names. */
    int namespace(Message message) {
        AttributeReader attributes = AttributeReader.of(message, RTGENMSG_BYTES);
        while (attributes.next()) {
            if (attributes.type() == NETNSA_NSID) {
                return attributes.s32();
            }
        }
        throw new MalformedMessageException("a namespace without a number");
    }

    /** Bridges tell of their ports, with a family of their own. */
    private static void link(Message message, Touched touched) {
        AttributeReader attributes = AttributeReader.of(message, LinkCodec.HEADER_BYTES);
        if (message.payload().get(0) != AF_UNSPEC) {
            return;
        }
        while (attributes.next()) {
            if (attributes.type() == LinkCodec.IFLA_IFNAME) {
                InterfaceName name = LinkCodec.name(attributes.string());
                if (name != null) {
                    touched.links().add(name);
                }
            }
        }
    }

    private static void address(Message message, Touched touched) {
        IpFamily family = family(message, IFADDRMSG_BYTES);
        if (family != null) {
            touched.answers().add(new Query.Addresses(family));
            touched.indices().add(message.payload().getInt(4));
        }
    }

    private static void route(Message message, Touched touched) {
        IpFamily family = family(message, RTMSG_BYTES);
        if (family == null || (message.payload().getInt(8) & RTM_F_CLONED) != 0) {
            return;
        }
        long table = Byte.toUnsignedLong(message.payload().get(4));
        AttributeReader attributes = AttributeReader.of(message, RTMSG_BYTES);
        while (attributes.next()) {
            if (attributes.type() == RTA_TABLE) {
                table = attributes.u32();
            }
        }
        if (table > 0) {
            touched.answers().add(new Query.Routes(family, new TableId(table)));
        }
    }

    private static void neighbour(Message message, Touched touched) {
        IpFamily family = family(message, NDMSG_BYTES);
        AttributeReader attributes = AttributeReader.of(message, NDMSG_BYTES);
        while (family != null && attributes.next()) {
            if (attributes.type() == NDA_DST) {
                touched.neighbours().add(attributes.address(family));
            }
        }
    }

    private static void settings(Message message, Touched touched) {
        AttributeReader attributes = AttributeReader.of(message, NETCONFMSG_BYTES);
        while (attributes.next()) {
            if (attributes.type() == NETCONFA_IFINDEX) {
                int index = attributes.s32();
                if (index == NETCONFA_IFINDEX_ALL) {
                    touched.links().add(ALL);
                } else if (index > 0) {
                    touched.indices().add(index);
                }
            }
        }
    }

    private static void packetFilter(Message message, Touched touched) {
        AttributeReader attributes = AttributeReader.of(message, NFGENMSG_BYTES);
        boolean generation = (message.type() & 0xff) == NFT_MSG_NEWGEN;
        if (generation || message.payload().get(0) != NFPROTO_INET) {
            return;
        }
        while (attributes.next()) {
            if (attributes.type() == NFTA_TABLE_NAME) {
                touched.answers().add(new Query.NftRules(attributes.string()));
            }
        }
    }

    /** The family in the header; null if it is neither of IP. */
    private static @Nullable IpFamily family(Message message, int headerBytes) {
        if (message.payload().remaining() < headerBytes) {
            throw new MalformedMessageException(
                    "news of type " + message.type() + " are shorter than their header");
        }
        byte number = message.payload().get(0);
        for (IpFamily family : IpFamily.values()) {
            if (family.number() == number) {
                return family;
            }
        }
        return null;
    }
}

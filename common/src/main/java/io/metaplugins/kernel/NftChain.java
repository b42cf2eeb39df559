package io.metaplugins.kernel;

import java.util.Locale;

/**
 * A base chain of nf_tables, in the family {@code inet} ({@code NFTA_CHAIN_*} of {@code
 * linux/netfilter/nf_tables.h}): packets come by, IPv4 and IPv6. It is there as long as it has
 * rules.
 *
 * <p>The kernel does not change the hook or the priority of a chain that is there. Whoever wants
 * another gives it another name, since pods of an older release may live beside the new.
 *
 * @param table the table's name
 * @param name unique in the table, and no word of {@code nft} such as "dnat"
 * @param type what its rules may do
 * @param hook where packets come by
 * @param priority the smallest is passed first: connection tracking is at -200, mangling at -150,
 *     destination NAT at -100, source NAT at 100 ({@code NF_IP_PRI_*} of {@code
 *     linux/netfilter_ipv4.h})
 */
public record NftChain(String table, String name, Type type, Hook hook, int priority) {
    /** The table that is ours, in each namespace. */
    public static final String TABLE = "meta-plugins";

    /** {@code NFTA_CHAIN_TYPE}. */
    public enum Type {
        /** Any hook. */
        FILTER,
        /** Sees the first packet of a connection, and decides for all others. */
        NAT,
        /** At {@code output}: a packet whose mark was changed is routed anew. */
        ROUTE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code enum nf_inet_hooks} of {@code linux/netfilter.h}, in its order. */
    public enum Hook {
        PREROUTING(0),
        INPUT(1),
        FORWARD(2),
        OUTPUT(3),
        POSTROUTING(4);

        private final int number;

        Hook(int number) {
            this.number = number;
        }

        /** The value of {@code NF_INET_PRE_ROUTING} …. */
        public int number() {
            return number;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A chain of our own table. */
    public static NftChain ours(String name, Type type, Hook hook, int priority) {
        return new NftChain(TABLE, name, type, hook, priority);
    }

    boolean isCalledAs(NftChain other) {
        return table.equals(other.table) && name.equals(other.name);
    }

    /** As {@code nft add chain inet} takes it, behind the two names. */
    public String definition() {
        return "{ type " + type + " hook " + hook + " priority " + priority + "; }";
    }

    /** As {@code nft add rule} takes it: {@code inet meta-plugins reply}. */
    @Override
    public String toString() {
        return "inet " + table + " " + name;
    }
}

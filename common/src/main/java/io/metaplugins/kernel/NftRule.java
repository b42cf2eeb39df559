package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of nf_tables. Its chain and its table come with the first rule and go with the last.
 *
 * <p>To the kernel a rule has nothing but a number that it is given. Ours have a name, so that one
 * is found again, is not made twice, and tells a person who lists it what it is there for. Rules of
 * a chain must not rely on their order: one that was lost and made anew is the last.
 *
 * @param chain where it is
 * @param name the rule's comment ({@code NFTNL_UDATA_RULE_COMMENT} in {@code NFTA_RULE_USERDATA}),
 *     unique in the chain; empty for a rule of somebody else that has none
 * @param parts what it asks for and what it does, in this order
 */
public record NftRule(NftChain chain, String name, List<Part> parts) implements KernelObject {
    /** {@code NFTNL_UDATA_COMMENT_MAXLEN} of libnftnl, bytes. */
    private static final int LONGEST_NAME = 128;

    public NftRule {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a rule's name has at most "
                            + LONGEST_NAME
                            + " bytes, none of them a quotation mark or a control character: "
                            + name);
        }
        parts = List.copyOf(parts);
    }

    /** Whether {@code nft} could take it as a comment. */
    public static boolean isName(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                && text.chars().noneMatch(c -> c == '"' || Character.isISOControl(c));
    }

    /** A condition or an act. A rule goes on to the next part as long as conditions hold. */
    public sealed interface Part {

        /** In the words of {@code nft}. */
        @Override
        String toString();
    }

    /** The packet came in by the interface. */
    public record InInterface(InterfaceName dev) implements Part {
        @Override
        public String toString() {
            return "iifname " + quoted(dev);
        }
    }

    /** The packet goes out by the interface. */
    public record OutInterface(InterfaceName dev) implements Part {
        @Override
        public String toString() {
            return "oifname " + quoted(dev);
        }
    }

    /** The packet is the first of a connection. */
    public record NewConnection() implements Part {
        @Override
        public String toString() {
            return "ct state new";
        }
    }

    /** The packet goes the way of a connection's first, or the other. */
    public record OfDirection(boolean reply) implements Part {
        @Override
        public String toString() {
            return "ct direction " + (reply ? "reply" : "original");
        }
    }

    /** The connection's destination was translated: {@code IPS_DST_NAT} is set. */
    public record DestinationTranslated() implements Part {
        @Override
        public String toString() {
            return "ct status dnat";
        }
    }

    /** The connection has these bits among those of the mark's mask. */
    public record ConnectionMarked(Mark mark) implements Part {
        @Override
        public String toString() {
            return "ct mark & " + hex(mark.mask) + " == " + hex(mark.value);
        }
    }

    /** Gives the connection these bits; the others it keeps. */
    public record MarkConnection(Mark mark) implements Part {
        @Override
        public String toString() {
            return "ct mark set ct mark " + mark.change();
        }
    }

    /** Gives the packet these bits; the others it keeps. */
    public record MarkPacket(Mark mark) implements Part {
        @Override
        public String toString() {
            return "meta mark set meta mark " + mark.change();
        }
    }

    /**
     * Has the connection come from the address of the interface that it leaves by.
     *
     * @param random its port is drawn ({@code NF_NAT_RANGE_PROTO_RANDOM_FULLY})
     */
    public record Masquerade(boolean random) implements Part {
        @Override
        public String toString() {
            return random ? "masquerade fully-random" : "masquerade";
        }
    }

    /**
     * What no wish of ours holds: somebody else's rule has it, or ours since it was edited. It is
     * read, and never written.
     *
     * @param expression its name in the kernel: "counter"
     */
    public record Unknown(String expression) implements Part {
        @Override
        public String toString() {
            return "[ " + expression + " ]";
        }
    }

    /**
     * Some bits of a mark.
     *
     * @param value unsigned 32 bits, none outside of the mask
     * @param mask which bits are meant, unsigned 32 bits
     */
    public record Mark(long value, long mask) {
        private static final long ALL_BITS = 0xffff_ffffL;

        public Mark {
            if ((mask & ~ALL_BITS) != 0 || (value & ~mask) != 0) {
                throw new IllegalArgumentException(
                        "mark " + hex(value) + " is not within mask " + hex(mask));
            }
        }

        private String change() {
            return "& " + hex(~mask & ALL_BITS) + " | " + hex(value);
        }
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** An asterisk at the end would stand for any end. */
    private static String quoted(InterfaceName dev) {
        String name = dev.value();
        boolean asterisk = name.endsWith("*");
        return '"' + (asterisk ? name.substring(0, name.length() - 1) + "\\*" : name) + '"';
    }

    /** Whether all of it can be written. */
    public boolean isKnown() {
        return parts.stream().noneMatch(Unknown.class::isInstance);
    }

    @Override
    public @Nullable InterfaceName dev() {
        return null;
    }

    @Override
    public Query query() {
        return new Query.NftRules(chain.table());
    }

    /** The names of table, chain and rule. */
    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof NftRule rule
                && rule.chain.isCalledAs(chain)
                && rule.name.equals(name);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return equals(observed);
    }

    /** Whether the other is there in the same chain, so that the chain is there. */
    public boolean isBeside(KernelObject other) {
        return other instanceof NftRule rule && rule.chain.equals(chain);
    }

    /** What it asks for and does, and its name, in the words of {@code nft}. */
    public String definition() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part).append(' '));
        return text.append("comment \"").append(name).append('"').toString();
    }

    @Override
    public String toString() {
        return "nft rule " + chain + " " + definition();
    }
}

package io.metaplugins.netlink;

import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Rule;
import io.metaplugins.libc.Errno;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rules in bytes: {@code struct fib_rule_hdr}, {@code FRA_*} of {@code linux/fib_rules.h}. */
public final class RuleCodec {
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;
    private static final int RTM_GETRULE = 34;

    private static final int HEADER_BYTES = 12;

    private static final int FR_ACT_TO_TBL = 1;
    private static final int FIB_RULE_INVERT = 0x2;

    private static final int FRA_DST = 1;
    private static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_TUN_ID = 12;
    private static final int FRA_SUPPRESS_IFGROUP = 13;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;
    private static final int FRA_OIFNAME = 17;
    private static final int FRA_L3MDEV = 19;
    private static final int FRA_PROTOCOL = 21;

    /**
     * FRA_UID_RANGE is 20; FRA_IP_PROTO, the ports, DSCP and flow label have numbers from 22 on.
     */
    private static final int FRA_UID_RANGE = 20;

    /** {@code rtm_table} has eight bits; larger tables go by FRA_TABLE alone. */
    private static final long LARGEST_IN_HEADER = 255;

    private static final long ALL_BITS = 0xffff_ffffL;

    /** A request for the rules of a family ({@code ip -4 rule}). */
    public Message dump(IpFamily family) {
        ByteBuffer header = AttributeWriter.header(HEADER_BYTES).put(0, (byte) family.number());
        return Message.request(
                RTM_GETRULE, Message.NLM_F_DUMP, new AttributeWriter(header).payload());
    }

    /** Adds a rule ({@code ip rule add}), ours unless it says whose. */
    public Message add(Rule rule, int flags) {
        int protocol = Objects.requireNonNullElse(rule.protocol(), Owner.PROTOCOL);
        return Message.request(
                RTM_NEWRULE, flags, writer(rule).u8(FRA_PROTOCOL, protocol).payload());
    }

    /**
     * Removes the first rule of which all that is stated holds, whatever else it selects ({@code ip
     * rule delete}).
     */
    public Message delete(Rule rule) {
        AttributeWriter writer = writer(rule);
        if (rule.protocol() != null) {
            writer.u8(FRA_PROTOCOL, rule.protocol());
        }
        return Message.request(RTM_DELRULE, 0, writer.payload());
    }

    private static AttributeWriter writer(Rule rule) {
        AttributeWriter writer =
                new AttributeWriter(header(rule)).u32(FRA_PRIORITY, rule.priority());
        if (rule.from() != null && !rule.from().isAny()) {
            writer.address(FRA_SRC, rule.from().address());
        }
        if (rule.to() != null && !rule.to().isAny()) {
            writer.address(FRA_DST, rule.to().address());
        }
        if (rule.mark() != null) {
            writer.u32(FRA_FWMARK, rule.mark());
        }
        if (rule.mask() != null) {
            writer.u32(FRA_FWMASK, rule.mask());
        }
        if (rule.table() != null && rule.table().value() > LARGEST_IN_HEADER) {
            writer.u32(FRA_TABLE, rule.table().value());
        }
        if (rule.iif() != null) {
            writer.string(FRA_IIFNAME, rule.iif().value());
        }
        if (rule.oif() != null) {
            writer.string(FRA_OIFNAME, rule.oif().value());
        }
        return writer;
    }

    private static ByteBuffer header(Rule rule) {
        TableId table = rule.table();
        if (table == null) {
            throw RefusedException.because(Errno.EINVAL, "it looks up no table");
        }
        // family, lengths, TOS; table, two unused, action; flags
        return AttributeWriter.header(HEADER_BYTES)
                .put(0, (byte) rule.family().number())
                .put(1, length(rule.to()))
                .put(2, length(rule.from()))
                .put(4, (byte) (table.value() > LARGEST_IN_HEADER ? 0 : table.value()))
                .put(7, (byte) FR_ACT_TO_TBL);
    }

    private static byte length(@Nullable Cidr cidr) {
        return (byte) (cidr == null ? 0 : cidr.prefixLength());
    }

    /**
     * Reads a rule. One that asks for more than a {@link Rule} can say ({@code not}, {@code
     * ipproto}, {@code suppress_prefixlength} …) is read without a table, so that no wish takes it
     * for its own.
     *
     * @return null if it names an interface that {@link InterfaceName} cannot hold
     * @throws MalformedMessageException if the message is not a rule of IPv4 or IPv6
     */
    public @Nullable Rule read(Message message) {
        if (message.type() != RTM_NEWRULE) {
            throw new MalformedMessageException("no rule: message of type " + message.type());
        }
        return new Reading(message).rule();
    }

    /** A rule while its attributes come in. */
    private static final class Reading {
        private final AttributeReader attributes;
        private final IpFamily family;
        private final int toLength;
        private final int fromLength;
        private long priority;
        private @Nullable Cidr from;
        private @Nullable Cidr to;
        private @Nullable Long mark;
        private @Nullable Long mask;
        private @Nullable String iif;
        private @Nullable String oif;
        private long table;
        private @Nullable Integer protocol;
        private boolean plain;

        Reading(Message message) {
            attributes = AttributeReader.of(message, HEADER_BYTES);
            ByteBuffer header = message.payload();
            family = Families.of(header.get(0));
            toLength = Byte.toUnsignedInt(header.get(1));
            fromLength = Byte.toUnsignedInt(header.get(2));
            table = Byte.toUnsignedLong(header.get(4));
            plain =
                    header.get(3) == 0
                            && header.get(7) == FR_ACT_TO_TBL
                            && (header.getInt(8) & FIB_RULE_INVERT) == 0;
            while (attributes.next()) {
                accept();
            }
        }

        private void accept() {
            switch (attributes.type()) {
                case FRA_DST -> to = attributes.cidr(family, toLength);
                case FRA_SRC -> from = attributes.cidr(family, fromLength);
                case FRA_IIFNAME -> iif = attributes.string();
                case FRA_OIFNAME -> oif = attributes.string();
                case FRA_PRIORITY -> priority = attributes.u32();
                case FRA_FWMARK -> mark = attributes.u32();
                case FRA_FWMASK -> mask = attributes.u32();
                case FRA_TABLE -> table = attributes.u32();
                case FRA_PROTOCOL -> protocol = attributes.u8();
                // These two are always told, and all ones is none.
                case FRA_SUPPRESS_PREFIXLEN, FRA_SUPPRESS_IFGROUP ->
                        plain &= attributes.u32() == ALL_BITS;
                case FRA_L3MDEV -> plain &= attributes.u8() == 0;
                case FRA_TUN_ID, FRA_UID_RANGE -> plain = false;
                default -> plain &= attributes.type() < FRA_PROTOCOL;
            }
        }

        @Nullable Rule rule() {
            InterfaceName iifName = iif == null ? null : LinkCodec.name(iif);
            InterfaceName oifName = oif == null ? null : LinkCodec.name(oif);
            if ((iif != null && iifName == null) || (oif != null && oifName == null)) {
                return null;
            }
            return new Rule(
                    family,
                    priority,
                    from,
                    to,
                    mark == null && mask != null ? Long.valueOf(0) : mark,
                    mask,
                    iifName,
                    oifName,
                    plain && table != 0 ? new TableId(table) : null,
                    protocol);
        }
    }
}

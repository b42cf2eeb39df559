package io.metaplugins.netlink;

import io.metaplugins.kernel.NftRule.ConnectionMarked;
import io.metaplugins.kernel.NftRule.DestinationTranslated;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Mark;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.MarkPacket;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.NftRule.OutInterface;
import io.metaplugins.kernel.NftRule.Part;
import io.metaplugins.kernel.NftRule.Unknown;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netlink.NftExpression.Bitwise;
import io.metaplugins.netlink.NftExpression.Compare;
import io.metaplugins.netlink.NftExpression.Load;
import io.metaplugins.netlink.NftExpression.Source;
import io.metaplugins.netlink.NftExpression.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a rule as expressions, the same that {@code nft} makes of the same words. A part is
 * known again by being what we would have written; all else is {@link Unknown}.
 */
final class NftParts {
    // enum nft_meta_keys, enum nft_ct_keys of linux/netfilter/nf_tables.h
    private static final int NFT_META_MARK = 3;
    private static final int NFT_META_IIFNAME = 6;
    private static final int NFT_META_OIFNAME = 7;
    private static final int NFT_CT_STATE = 0;
    private static final int NFT_CT_DIRECTION = 1;
    private static final int NFT_CT_STATUS = 2;
    private static final int NFT_CT_MARK = 3;

    /** {@code NF_CT_STATE_BIT(IP_CT_NEW)} of {@code linux/netfilter/nf_conntrack_common.h}. */
    private static final int NEW = 1 << 3;

    /** {@code IPS_DST_NAT} of {@code linux/netfilter/nf_conntrack_common.h}. */
    private static final int IPS_DST_NAT = 1 << 5;

    /** {@code NF_NAT_RANGE_PROTO_RANDOM_FULLY} of {@code linux/netfilter/nf_nat.h}. */
    private static final int RANDOM_FULLY = 1 << 4;

    /** {@code IFNAMSIZ}: names are compared as the kernel stores them, with zeros behind. */
    private static final int NAME_BYTES = 16;

    private static final long ALL_BITS = 0xffff_ffffL;

    private NftParts() {}

    static List<NftExpression> write(List<Part> parts) {
        List<NftExpression> expressions = new ArrayList<>();
        parts.forEach(part -> expressions.addAll(write(part)));
        return expressions;
    }

    private static List<NftExpression> write(Part part) {
        return switch (part) {
            case InInterface(var dev) ->
                    List.of(new Load(Source.META, NFT_META_IIFNAME), equal(name(dev)));
            case OutInterface(var dev) ->
                    List.of(new Load(Source.META, NFT_META_OIFNAME), equal(name(dev)));
            case NewConnection() -> anyOf(NFT_CT_STATE, NEW);
            case DestinationTranslated() -> anyOf(NFT_CT_STATUS, IPS_DST_NAT);
            case OfDirection(var reply) ->
                    List.of(
                            new Load(Source.CT, NFT_CT_DIRECTION),
                            equal(new byte[] {(byte) (reply ? 1 : 0)}));
            case ConnectionMarked(var mark) ->
                    List.of(
                            new Load(Source.CT, NFT_CT_MARK),
                            new Bitwise((int) mark.mask(), 0),
                            equal(NftExpression.bytes((int) mark.value())));
            case MarkConnection(var mark) -> change(Source.CT, NFT_CT_MARK, mark);
            case MarkPacket(var mark) -> change(Source.META, NFT_META_MARK, mark);
            case Masquerade(var random) ->
                    List.of(new NftExpression.Masquerade(random ? RANDOM_FULLY : 0));
            case Unknown(var expression) -> List.of(new NftExpression.Other(expression));
        };
    }

    private static Compare equal(byte[] data) {
        return Compare.with(true, data);
    }

    private static byte[] name(InterfaceName dev) {
        return Arrays.copyOf(dev.value().getBytes(StandardCharsets.UTF_8), NAME_BYTES);
    }

    private static List<NftExpression> anyOf(int key, int bits) {
        return List.of(
                new Load(Source.CT, key),
                new Bitwise(bits, 0),
                Compare.with(false, NftExpression.bytes(0)));
    }

    private static List<NftExpression> change(Source source, int key, Mark mark) {
        return List.of(
                new Load(source, key),
                new Bitwise((int) ~mark.mask(), (int) mark.value()),
                new Store(source, key));
    }

    static List<Part> read(List<NftExpression> expressions) {
        List<Part> parts = new ArrayList<>();
        int next = 0;
        while (next < expressions.size()) {
            List<NftExpression> rest = expressions.subList(next, expressions.size());
            Part part = guess(rest);
            List<NftExpression> written = part == null ? List.of() : write(part);
            if (part == null
                    || written.size() > rest.size()
                    || !written.equals(rest.subList(0, written.size()))) {
                parts.add(new Unknown(rest.getFirst().name()));
                next++;
            } else {
                parts.add(part);
                next += written.size();
            }
        }
        return parts;
    }

    /** The one part that may begin so. */
    private static @Nullable Part guess(List<NftExpression> rest) {
        NftExpression second = rest.size() > 1 ? rest.get(1) : rest.getFirst();
        return switch (rest.getFirst()) {
            case NftExpression.Masquerade(var flags) -> new Masquerade(flags != 0);
            case Load(var source, var key) when source == Source.META -> ofPacket(key, second);
            case Load(_, var key) ->
                    switch (key) {
                        case NFT_CT_STATE -> new NewConnection();
                        case NFT_CT_STATUS -> new DestinationTranslated();
                        case NFT_CT_DIRECTION ->
                                new OfDirection(!equal(new byte[] {0}).equals(second));
                        case NFT_CT_MARK -> connectionMark(rest, second);
                        default -> null;
                    };
            case Store _, Bitwise _, Compare _, NftExpression.Other _ -> null;
        };
    }

    private static @Nullable Part ofPacket(int key, NftExpression second) {
        if (key == NFT_META_MARK) {
            Mark mark = change(second);
            return mark == null ? null : new MarkPacket(mark);
        }
        InterfaceName dev = dev(second);
        if (dev == null) {
            return null;
        }
        return key == NFT_META_IIFNAME ? new InInterface(dev) : new OutInterface(dev);
    }

    private static @Nullable InterfaceName dev(NftExpression comparison) {
        if (!(comparison instanceof Compare(_, var data)) || data.limit() != NAME_BYTES) {
            return null;
        }
        String name = new String(NftExpression.content(data), StandardCharsets.UTF_8);
        int end = name.indexOf('\0');
        return end < 0 ? null : LinkCodec.name(name.substring(0, end));
    }

    private static @Nullable Mark change(NftExpression second) {
        return second instanceof Bitwise(var mask, var xor) ? mark(xor, ~mask) : null;
    }

    private static @Nullable Part connectionMark(List<NftExpression> rest, NftExpression second) {
        if (rest.size() > 2 && rest.get(2) instanceof Compare(_, var data)) {
            Mark mark =
                    second instanceof Bitwise(var mask, _) && data.limit() == Integer.BYTES
                            ? mark(NftExpression.number(data), mask)
                            : null;
            return mark == null ? null : new ConnectionMarked(mark);
        }
        Mark mark = change(second);
        return mark == null ? null : new MarkConnection(mark);
    }

    private static @Nullable Mark mark(int value, int mask) {
        return (value & ~mask) == 0 ? new Mark(value & ALL_BITS, mask & ALL_BITS) : null;
    }
}

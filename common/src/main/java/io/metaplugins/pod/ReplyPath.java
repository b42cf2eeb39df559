package io.metaplugins.pod;

import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.ConnectionMarked;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.MarkConnection;
import io.metaplugins.kernel.NftRule.MarkPacket;
import io.metaplugins.kernel.NftRule.NewConnection;
import io.metaplugins.kernel.NftRule.OfDirection;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.plan.PlanException;
import java.util.List;
import java.util.Set;

/**
 * Replies that leave by the interface that the request came in by, whatever their destination.
 *
 * <p>A connection that begins with a packet from the interface is marked. Its replies get the mark
 * from it and with the mark a table, whose way leads back. Bits of a mark that are not ours stay as
 * they are, in packets and connections, and a connection without our mark is left alone: others
 * mark in pods too.
 *
 * <p>The requests themselves are marked as well. With {@code src_valid_mark} the kernel's reverse
 * path filter then looks where the reply will go, and takes them even where it is strict.
 */
public final class ReplyPath {
    // linux/netfilter_ipv4.h, NF_IP_PRI_MANGLE: behind connection tracking.
    private static final int MANGLE = -150;

    private static final NftChain REQUESTS =
            NftChain.ours("requests", NftChain.Type.FILTER, NftChain.Hook.PREROUTING, MANGLE);
    private static final NftChain REPLIES =
            NftChain.ours("replies", NftChain.Type.ROUTE, NftChain.Hook.OUTPUT, MANGLE);

    private final NicSettings settings;
    private final Set<IpFamily> families;
    private final Draft draft;

    /**
     * @param families that the pod has
     */
    public ReplyPath(NicSettings settings, Set<IpFamily> families, Draft draft) {
        this.settings = settings;
        this.families = Set.copyOf(families);
        this.draft = draft;
    }

    /**
     * Wishes for the replies to what comes in by an interface to be routed by a table, which the
     * caller fills.
     *
     * @throws PlanException if {@code reply_mark} has not enough bits
     */
    public void by(InterfaceName dev, TableId table) {
        NftRule.Mark mark = mark(table);
        String why = "reply_path: replies leave by " + dev + " if the request came in there";
        if (families.contains(IpFamily.IPV4)) {
            draft.pod(Sysctl.ipv4(dev, "src_valid_mark", 1), why);
        }
        for (IpFamily family : IpFamily.values()) {
            if (families.contains(family)) {
                draft.pod(
                        Rule.marked(family, mark.value(), mark.mask(), settings.byMark(), table),
                        why);
            }
        }
        draft.pod(
                new NftRule(
                        REPLIES,
                        dev + " replies",
                        List.of(
                                new OfDirection(/* reply= */ true),
                                new ConnectionMarked(mark),
                                new MarkPacket(mark))),
                why);
        draft.pod(
                new NftRule(
                        REQUESTS,
                        dev + " requests",
                        List.of(
                                new InInterface(dev),
                                new OfDirection(/* reply= */ false),
                                new MarkPacket(mark))),
                why);
        draft.pod(
                new NftRule(
                        REQUESTS,
                        dev + " connections",
                        List.of(
                                new InInterface(dev),
                                new NewConnection(),
                                new MarkConnection(mark))),
                why);
    }

    /** Whether the rule is about the interface. */
    public static boolean isAbout(NftRule rule, InterfaceName dev) {
        return rule.name().startsWith(dev + " ");
    }

    private NftRule.Mark mark(TableId table) {
        try {
            return new NftRule.Mark(settings.replyMark().of(table), settings.replyMark().bits());
        } catch (IllegalArgumentException e) {
            throw new PlanException("reply_mark: " + e.getMessage());
        }
    }
}

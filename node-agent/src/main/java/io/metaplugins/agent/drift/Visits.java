package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Namespace;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plugin.RepairMode;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Looks at what is due, and has done about it what is to be done. */
record Visits(
        Roster roster,
        Listener listener,
        Graves graves,
        NodeFollower follower,
        Inspection inspection,
        Remedy remedy,
        Agenda agenda,
        Tally tally,
        Mishaps mishaps) {

    /** Of so many parts of the time, one is for looking at the node, whatever happens there. */
    private static final int SHARE = 20;

    private static final long LONGEST_REST = Duration.ofMillis(500).toNanos();

    /** Finds what went unheard. */
    void everything(RepairMode mode, long now) {
        int attachments = roster.all().size();
        roster.readAgain();
        try {
            tally.countFullPass(attachments, pass(mode, now));
        } catch (RuntimeException e) {
            tally.breakOffFullPass(attachments, e.toString());
            throw e;
        }
    }

    /** Tells how much was found. */
    private int pass(RepairMode mode, long now) {
        int deviations = 0;
        for (Watched each : roster.all()) {
            boolean _ =
                    mishaps.spare(
                            each.id(), "look for the pod", () -> graves.visit(each, roster, now));
        }
        hear(roster.pods(), mode, now);
        for (Namespace pod : roster.pods()) {
            deviations += look(pod, mode);
        }
        boolean _ = mishaps.spare("the node", "read its addresses", follower::look);
        if (mode != RepairMode.OFF) {
            deviations += treat(inspection.node(graves.without(roster.all()), null), mode);
        }
        return deviations;
    }

    /** Looks at a pod. */
    void pod(Namespace pod, RepairMode mode) {
        int _ = look(pod, mode);
    }

    /** Has pods that are new told of, and looks at them, since nobody heard of them before. */
    void fresh(Set<Namespace> some, RepairMode mode, long now) {
        some.retainAll(roster.pods());
        if (!some.isEmpty()) {
            hear(some, mode, now);
            some.forEach(pod -> pod(pod, mode));
        }
    }

    /** What changes after the look that follows is told from then on, or seen. */
    private void hear(Set<Namespace> some, RepairMode mode, long now) {
        for (Namespace pod : some) {
            boolean _ = mishaps.spare(pod, "listen to it", () -> listener.hear(pod, now));
        }
        if (mode != RepairMode.OFF) {
            boolean _ =
                    mishaps.spare("pods", "read their settings", () -> listener.takeSettings(now));
        }
    }

    private int look(Namespace pod, RepairMode mode) {
        if (mode == RepairMode.OFF) {
            return 0;
        }
        tally.countLook();
        return treat(inspection.pod(pod), mode);
    }

    /** Looks at what was touched of the node. */
    void node(Touched news, RepairMode mode) {
        Touched touched = inspection.named(news);
        long start = System.nanoTime();
        if (follower.isConcerned(touched)) {
            follower.look();
        }
        List<Watched> concerned = Roster.concerned(graves.without(roster.all()), touched);
        if (mode != RepairMode.OFF && !concerned.isEmpty()) {
            tally.countLook();
            int _ = treat(inspection.node(concerned, touched), mode);
        }
        long end = System.nanoTime();
        agenda.restFromNode(end + Math.min(SHARE * (end - start), LONGEST_REST));
    }

    /** Looks at one attachment, in both places. */
    void again(AttachmentId id, RepairMode mode) {
        Watched watched = roster.find(id);
        if (watched != null && mode != RepairMode.OFF) {
            int _ = treat(inspection.node(List.of(watched), null), mode);
            if (watched.namespace() != null) {
                pod(watched.namespace(), mode);
            }
        }
    }

    /** Of these nothing is to be remembered any more. */
    void forget(List<AttachmentId> gone) {
        mishaps.forget(gone);
        inspection.forget(gone);
        remedy.forget(gone);
    }

    private int treat(List<Inspection.Finding> findings, RepairMode mode) {
        int deviations = 0;
        for (Inspection.Finding finding : findings) {
            deviations += finding.deviations().size();
            remedy.treat(finding, mode, System.nanoTime());
        }
        return deviations;
    }
}

package io.metaplugins.agent.drift;

import io.metaplugins.agent.drift.Inspection.Finding;
import io.metaplugins.agent.drift.Quarrels.Claim;
import io.metaplugins.agent.drift.Quarrels.Verdict;
import io.metaplugins.agent.drift.Tally.Outcome;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Receipt;
import io.metaplugins.engine.Repair;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.plan.Statement;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.RepairMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What is done about findings. */
final class Remedy {
    private static final Logger log = LogManager.getLogger(Remedy.class);

    /** Who works on an attachment longer than this is waited for elsewhere. */
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private static final long LATER = Duration.ofMillis(200).toNanos();

    private final Attachments attachments;
    private final Agenda agenda;
    private final Tally tally;
    private final Quarrels quarrels = new Quarrels();
    private final Map<Claim, String> told = new HashMap<>();
    private final Mishaps mishaps = new Mishaps();

    Remedy(Attachments attachments, Agenda agenda, Tally tally) {
        this.attachments = attachments;
        this.agenda = agenda;
        this.tally = tally;
    }

    /** Does what there is to be done, now or later. */
    void treat(Finding finding, RepairMode mode, long now) {
        Receipt receipt = finding.receipt();
        forgetWhatHolds(finding);
        if (finding.deviations().isEmpty()) {
            return;
        }
        if (!mishaps.spare(receipt.id(), "put it right", () -> treatProved(finding, mode, now))) {
            agenda.again(receipt.id(), now + LATER);
        }
    }

    private void treatProved(Finding finding, RepairMode mode, long now) {
        Receipt receipt = finding.receipt();
        try {
            if (mode == RepairMode.LOG) {
                attachments
                        .verify(receipt, PATIENCE)
                        .ifPresent(proved -> proved.forEach(each -> tell(receipt.id(), each)));
            } else {
                repair(finding, now);
            }
        } catch (LedgerException e) {
            log.debug("{}", e.getMessage());
            agenda.again(receipt.id(), now + LATER);
        }
    }

    /** Of these nothing is to be remembered any more. */
    void forget(Collection<AttachmentId> gone) {
        mishaps.forget(gone);
        told.keySet().removeIf(claim -> claim.id() != null && gone.contains(claim.id()));
    }

    private void forgetWhatHolds(Finding finding) {
        AttachmentId id = finding.receipt().id();
        List<Statement> holding = new ArrayList<>(finding.looked());
        finding.deviations().forEach(each -> holding.remove(each.statement()));
        holding.forEach(statement -> told.remove(Claim.of(id, statement)));
    }

    private void tell(AttachmentId id, Deviation deviation) {
        String text = deviation.toString();
        if (!text.equals(told.put(Claim.of(id, deviation.statement()), text))) {
            log.info("{}: {}", id, text);
            tally.count(id.plugin(), deviation.statement().object(), Outcome.LOGGED);
        }
    }

    private void repair(Finding finding, long now) {
        AttachmentId id = finding.receipt().id();
        boolean due = false;
        for (Deviation deviation : finding.deviations()) {
            Claim claim = Claim.of(id, deviation.statement());
            if (quarrels.waits(claim, now)) {
                agenda.again(id, quarrels.until(claim));
            } else {
                due = true;
            }
        }
        if (due) {
            // All of them: both places are put right together.
            List<Statement> waiting = new ArrayList<>(finding.receipt().plan().effective());
            waiting.removeIf(statement -> !quarrels.waits(Claim.of(id, statement), now));
            attachments
                    .repair(finding.receipt(), waiting, PATIENCE)
                    .ifPresent(repairs -> repairs.forEach(each -> account(id, each, now)));
        }
    }

    private void account(AttachmentId id, Repair repair, long now) {
        Deviation deviation = repair.deviation();
        KernelObject object = deviation.statement().object();
        tally.count(id.plugin(), object, repair.isDone() ? Outcome.REPAIRED : Outcome.REFUSED);
        Claim claim = Claim.of(id, deviation.statement());
        Verdict verdict = quarrels.attempt(claim, now);
        KernelException refusal = repair.refusal();
        if (refusal != null) {
            agenda.again(id, Math.max(quarrels.until(claim), now + LATER));
        }
        switch (verdict) {
            case TOLERATED -> tell(id, deviation, refusal);
            case BEGUN -> {
                tally.countQuarrel();
                tell(id, deviation, refusal);
                log.warn(
                        "{}: {} in {} {} {} times within a minute{}: from now on it is put right ever more seldom",
                        id,
                        object,
                        deviation.statement().where(),
                        refusal == null ? "was changed by another" : "could not be put right",
                        Quarrels.TOLERATED + 1,
                        whose(deviation.found()));
            }
            case GOES_ON -> log.debug("{}: again, {}", id, deviation);
        }
    }

    private static void tell(
            AttachmentId id, Deviation deviation, @Nullable KernelException refusal) {
        if (refusal == null) {
            log.info("{}: put right what was {}", id, deviation);
        } else {
            log.warn("{}: {}, and cannot be put right: {}", id, deviation, refusal.getMessage());
        }
    }

    /** Daemons that make routes leave their number ({@code RTPROT_*} of linux/rtnetlink.h). */
    private static String whose(@Nullable KernelObject found) {
        Integer protocol =
                switch (found) {
                    case Route route -> route.protocol();
                    case Rule rule -> rule.protocol();
                    case Neighbour neighbour -> neighbour.protocol();
                    case null, default -> null;
                };
        String what = found == null ? "" : ", last to " + found;
        return protocol == null || protocol == 0 ? what : what + " of protocol " + protocol;
    }
}

package io.metaplugins.engine;

import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one interpreter of plans.
 *
 * <p><b>A plan is data</b>, and so is what came of it. {@link #apply} compares the plan with the
 * kernel and makes of each statement that does not hold an {@link Effect}: there was this, there is
 * that. The list of effects is the {@link Receipt}. {@link #revert} walks it backwards, {@link
 * #verify} compares again. There is no other knowledge: nothing is undone because of how it looks.
 *
 * <p><b>What is written is not what is read back</b>: the kernel adds scope, metric and flags. So
 * nothing is ever compared for equality. A statement holds if each field that it states holds in
 * what is there, whoever made it; then it has no effect, and is never taken back either.
 *
 * <p><b>The receipt comes first.</b> It is in the ledger before the kernel hears of anything, so
 * that whatever happens to this process, DEL finds what to undo. Its effects may therefore never
 * have come about, or may have gone since (a link takes its addresses, routes and neighbours with
 * it), or another may have put something into their place. Undoing looks first, undoes only what is
 * still as we left it, and takes "already gone" for done.
 *
 * <p><b>All or nothing.</b> If a statement is refused, the effects before it are undone as at DEL,
 * and those behind it too, for the kernel works through a batch to its end.
 *
 * <p><b>What all pods share</b> ({@link Lifetime#NODE}) is ensured and never undone, not even when
 * the ADD that made it fails: another pod may have found it there and rely on it. Two processes may
 * be at it at once, hence EEXIST is success if what exists is what was wished.
 *
 * <p><b>ADD again</b> starts from the old receipt. An object that was already changed keeps its
 * first before-image, which is the only true one. Effects that no statement asks for any more, the
 * configuration having changed, are undone before the new ones come about. Where nothing differs
 * nothing is written, neither to the kernel nor to the ledger.
 *
 * <p><b>Repair</b> is ADD again for what does not hold any more, without its all or nothing: what
 * held a moment ago is no worse for a neighbour that cannot be put right.
 *
 * <p><b>The order is the planner's.</b> The engine works from the first statement to the last
 * against a view that it keeps up to date, and reads again after a change that moves other things.
 */
public final class Engine {
    private final Logger log;
    private final InstantSource clock;

    /**
     * @param log gets a line for each change, at debug
     * @param clock tells when an attachment was made; it may be set at any time
     */
    public Engine(Logger log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Makes the plan true.
     *
     * @param entry the attachment's place in the ledger, held by the caller
     * @param origin of the plan, for the record; null if there is none
     * @param seen what was already read for the planner, so that it is not read twice
     * @return the receipt as it is in the ledger
     * @throws KernelException naming the first statement that the kernel refused; all is as it was
     *     before, in the ledger too, else the problems are attached as suppressed exceptions and
     *     the ledger still knows what there is to undo
     * @throws LedgerException if the receipt cannot be read or written; the kernel is unchanged
     */
    public Receipt apply(
            Ledger.Entry entry,
            Plan plan,
            @Nullable Origin origin,
            Kernels kernels,
            Observation seen) {
        return new Application(entry, plan, plan.effective(), origin, kernels, log, time(entry))
                .run(seen);
    }

    /** The newest NIC of a container is told by it, whatever becomes of the clock in between. */
    private Instant time(Ledger.Entry entry) {
        Instant time = clock.instant();
        for (Receipt sibling : entry.siblings()) {
            if (!sibling.time().isBefore(time)) {
                time = sibling.time().plusNanos(1);
            }
        }
        return time;
    }

    /**
     * As {@link #apply}, for an attachment on record that nobody added again: it does not come
     * after those of the container that came later, and what they wish otherwise is left to them.
     *
     * @param receipt as it is in the ledger
     */
    public Receipt renew(
            Ledger.Entry entry,
            Receipt receipt,
            Plan plan,
            @Nullable Origin origin,
            Kernels kernels,
            Observation seen) {
        List<Statement> standing = receipt.withPlan(plan).standing(entry.siblings());
        return new Application(entry, plan, standing, origin, kernels, log, receipt.time())
                .run(seen);
    }

    /**
     * How things would look if the attachment was still to be made, and those of the container that
     * came later were not there: without its routes, which a planner would take for somebody's, and
     * without their interfaces, routes and rules. Its own rules stay, for they tell which table it
     * has.
     *
     * @param entry the attachment's place in the ledger, held by the caller
     * @param seen what is there
     */
    public Observation before(Ledger.Entry entry, Receipt receipt, Observation seen) {
        List<Receipt> later =
                entry.siblings().stream()
                        .filter(sibling -> sibling.time().isAfter(receipt.time()))
                        .sorted(Comparator.comparing(Receipt::time).reversed())
                        .toList();
        List<Effect> effects = new ArrayList<>();
        later.forEach(each -> effects.addAll(each.effects(Set.of(Route.class, Rule.class))));
        effects.addAll(receipt.effects(Set.of(Route.class)));
        Set<InterfaceName> interfaces =
                later.stream().map(each -> each.id().ifName()).collect(Collectors.toSet());
        interfaces.remove(receipt.id().ifName());
        // What their effects replaced is found by what is on their interfaces.
        return Retrospect.without(interfaces, Retrospect.without(effects, seen));
    }

    /** The statements that do not hold now, in the order of the plan. */
    public List<Deviation> verify(Plan plan, Kernels kernels) {
        return Verification.of(plan, kernels);
    }

    /**
     * The wishes of an attachment that do not hold now, except those that attachments of the same
     * container that came later wish otherwise: the newest NIC's default route is the one in main.
     *
     * @param entry the attachment's place in the ledger, held by the caller
     */
    public List<Deviation> verify(Ledger.Entry entry, Receipt receipt, Kernels kernels) {
        return Verification.of(Verification.standing(receipt, entry.siblings()), kernels);
    }

    /**
     * Makes true again the wishes of an attachment that do not hold now, except those that {@link
     * #verify} leaves out. Each is put right for itself: what the kernel refuses leaves the others
     * as they are. What is made anew is put on record, as at ADD; where all holds, nothing is
     * written.
     *
     * @param entry the attachment's place in the ledger, held by the caller
     * @param kernels both ends; what is wished of the container is left alone if it is not there
     * @param others statements to be left as they are
     * @return what did not hold, in the order of the plan
     * @throws KernelException if the kernel cannot be read; what was put right so far stays
     * @throws LedgerException if the receipt cannot be written; the kernel is unchanged
     */
    public List<Repair> repair(
            Ledger.Entry entry, Receipt receipt, Kernels kernels, Collection<Statement> others) {
        List<Statement> statements =
                new ArrayList<>(Verification.standing(receipt, entry.siblings()));
        statements.removeAll(others);
        return new Repairing(entry, receipt, kernels, log).run(statements);
    }

    /**
     * Undoes what the receipt says, from the last to the first, without stopping at a problem. What
     * other attachments of the container wish for too stays, and is theirs to undo from now on. The
     * container's part is done with if its namespace is not there, or is not the receipt's.
     *
     * @param entry the attachment's place in the ledger, held by the caller, who deletes it
     * @return the problems; empty if nothing is left
     * @throws LedgerException if what stays cannot be put on record; nothing is undone then
     */
    public List<KernelException> revert(Ledger.Entry entry, Receipt receipt, Kernels kernels) {
        Kernels.Container container = kernels.container();
        boolean same =
                container != null
                        && (receipt.namespace() == null
                                || receipt.namespace().inode() == container.namespace().inode());
        Kernels reachable = same ? kernels : new Kernels(kernels.host(), null);
        Heirs heirs = new Heirs(entry);
        List<Effect> own = heirs.settle(receipt);
        heirs.write();
        return new Undoing(reachable, new Writing(reachable, log)).run(own);
    }
}

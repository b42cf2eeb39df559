package io.metaplugins.engine;

import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** One run of a plan, from the old receipt to the new one, or back. */
final class Application implements Rounds.Course {
    private final Kernels kernels;
    private final Logger log;
    private final Writing writing;
    private final Heirs heirs;
    private final List<Statement> wishes;
    private final List<Statement> statements;
    private final @Nullable Receipt previous;
    private final List<Effect> earlier;
    private final Book book;

    /**
     * @param statements those of the plan that are to be made true
     */
    Application(
            Ledger.Entry entry,
            Plan plan,
            List<Statement> statements,
            @Nullable Origin origin,
            Kernels kernels,
            Logger log,
            Instant time) {
        this.kernels = kernels;
        this.log = log;
        this.writing = new Writing(kernels, log);
        this.heirs = new Heirs(entry);
        this.wishes = plan.effective();
        this.statements = statements;
        this.previous = entry.read().orElse(null);
        this.earlier = previous == null ? List.of() : stillThere(previous);
        this.book =
                new Book(
                        entry,
                        previous,
                        new Receipt(entry.id(), namespace(), time, plan, List.of(), origin));
    }

    /** The pod's part went with its namespace if it has another one now. */
    private List<Effect> stillThere(Receipt receipt) {
        boolean same = receipt.namespace() == null || receipt.namespace().equals(namespace());
        return receipt.effects().stream()
                .filter(effect -> same || effect.where() == Where.HOST)
                .toList();
    }

    private @Nullable Namespace namespace() {
        Kernels.Container container = kernels.container();
        return container == null ? null : container.namespace();
    }

    Receipt run(Observation seen) {
        try {
            List<Effect> unwanted = earlier.stream().filter(effect -> !isWanted(effect)).toList();
            undo(unwantedByAll(unwanted));
            new Rounds(kernels, writing, this)
                    .run(statements, unwanted.isEmpty() ? seen : Observation.NONE);
            List<Effect> wanted = earlier.stream().filter(this::isWanted).toList();
            heirs.write();
            return book.save(wanted);
        } catch (RuntimeException e) {
            takeBack(e);
            throw e;
        }
    }

    private boolean isWanted(Effect effect) {
        return wishes.stream().anyMatch(effect::isOf);
    }

    /** What another attachment of the container wishes too is its own, once the plan is true. */
    private List<Effect> unwantedByAll(List<Effect> unwanted) {
        return previous == null || unwanted.isEmpty()
                ? unwanted
                : heirs.settle(previous.withEffects(unwanted));
    }

    private void undo(List<Effect> unwanted) {
        List<KernelException> problems = new Undoing(kernels, writing).run(unwanted);
        if (!problems.isEmpty()) {
            throw withOthers(problems);
        }
    }

    @Override
    public List<Step> steps(View view, Statement statement) {
        return Differences.between(view, statement);
    }

    @Override
    public void decided(List<Step> round) {
        book.add(round);
        book.save(earlier);
    }

    @Override
    public void doneByAnother(Effect effect) {
        book.forget(effect);
    }

    @Override
    public void refused(List<Writing.Refusal> refusals) {
        throw withOthers(refusals.stream().map(Writing.Refusal::told).toList());
    }

    private static KernelException withOthers(List<KernelException> problems) {
        KernelException first = problems.getFirst();
        problems.subList(1, problems.size()).forEach(first::addSuppressed);
        return first;
    }

    private void takeBack(RuntimeException reason) {
        try {
            List<KernelException> problems =
                    new Undoing(kernels, new Writing(kernels, log)).run(writing.touched());
            problems.forEach(reason::addSuppressed);
            if (problems.isEmpty()) {
                heirs.restore();
                book.restore();
            }
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }
}

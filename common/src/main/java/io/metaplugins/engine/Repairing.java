package io.metaplugins.engine;

import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Makes true again what an attachment wished for, each statement for itself. */
final class Repairing implements Rounds.Course {
    private final Receipt receipt;
    private final Kernels kernels;
    private final Writing writing;
    private final Book book;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Writing.Refusal> refusals = new ArrayList<>();

    Repairing(Ledger.Entry entry, Receipt receipt, Kernels kernels, Logger log) {
        this.receipt = receipt;
        this.kernels = kernels;
        this.writing = new Writing(kernels, log);
        // With the time of its ADD, which tells later siblings from earlier ones.
        this.book = new Book(entry, receipt, receipt);
    }

    /** What was tried for a statement; the impossible is refused before the kernel is asked. */
    private record Attempt(
            Deviation deviation, List<Step> steps, @Nullable KernelException impossible) {

        @SuppressWarnings("ReferenceEquality") // Equal steps may be of two statements.
        Repair after(List<Writing.Refusal> refusals) {
            for (Writing.Refusal refusal : refusals) {
                if (steps.stream().anyMatch(step -> step == refusal.step())) {
                    return new Repair(deviation, refusal.told());
                }
            }
            return new Repair(deviation, impossible);
        }
    }

    List<Repair> run(List<Statement> statements) {
        List<Statement> reachable =
                statements.stream().filter(each -> kernels.has(each.where())).toList();
        new Rounds(kernels, writing, this).run(reachable, Observation.NONE);
        if (!refusals.isEmpty()) {
            book.forgetAllBut(writing.touched());
            book.save(receipt.effects());
        }
        return attempts.stream().map(attempt -> attempt.after(refusals)).toList();
    }

    @Override
    public List<Step> steps(View view, Statement statement) {
        Deviation deviation = Verification.deviation(view, statement);
        if (deviation == null) {
            return List.of();
        }
        try {
            List<Step> steps = Differences.between(view, statement, isOurs(statement));
            attempts.add(new Attempt(deviation, steps, null));
            return steps;
        } catch (KernelException e) {
            attempts.add(new Attempt(deviation, List.of(), e));
            return List.of();
        }
    }

    private boolean isOurs(Statement statement) {
        return receipt.effects().stream()
                .anyMatch(effect -> effect.before() == null && effect.isOf(statement));
    }

    @Override
    public void decided(List<Step> round) {
        book.add(round);
        book.save(receipt.effects());
    }

    @Override
    public void doneByAnother(Effect effect) {
        book.forget(effect);
    }

    @Override
    public void refused(List<Writing.Refusal> batch) {
        refusals.addAll(batch);
    }
}

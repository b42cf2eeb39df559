package io.metaplugins.command;

import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Receipt;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import io.metaplugins.plugin.Attachments;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code gc}: takes away what is left of pods that ended without DEL. */
@CommandLine.Command(
        name = "gc",
        description = "Takes away the attachments whose pods' namespaces are gone.")
final class GcCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--dry-run", description = "Tells what would be done, and does nothing.")
    private boolean dry;

    GcCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Undo undo = new Undo(surroundings, dry);
        try (Logging _ = Logging.open(LogOptions.defaults("command"), "gc")) {
            Records records = Records.of(surroundings.node());
            records.unreadable().forEach(undo::problem);
            List<Receipt> all =
                    records.pods().stream().flatMap(pod -> pod.receipts().stream()).toList();
            for (Pod pod : records.pods()) {
                for (Receipt receipt : pod.receipts().reversed()) {
                    if (isGone(receipt, all, undo)) {
                        undo.attachment(pod, receipt);
                    }
                }
            }
        }
        return undo.status();
    }

    private boolean isGone(Receipt receipt, List<Receipt> all, Undo undo) {
        try {
            return new Attachments(surroundings.node()).isGone(receipt, all);
        } catch (KernelException e) {
            undo.problem(e);
            return false;
        }
    }
}

package io.metaplugins.command;

import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Receipt;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code check}: whether attachments are as they were made, and where not. */
@CommandLine.Command(
        name = "check",
        description =
                "Compares the kernel with the ledger, and names what is not as it was made. Status 1"
                        + " if there is anything.")
final class CheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "POD",
            arity = "0..*",
            description = "Container id, or the beginning of one, or namespace/name. All if none.")
    private List<String> names = List.of();

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        PrintStream out = surroundings.out();
        Records records = Records.of(surroundings.node());
        int attachments = 0;
        int unwell = 0;
        for (Pod pod : records.select(names)) {
            for (Receipt receipt : pod.receipts()) {
                attachments++;
                unwell += tell(pod, receipt) ? 0 : 1;
            }
        }
        for (LedgerException each : records.unreadable()) {
            out.println(each.getMessage());
        }
        out.println(
                unwell == 0
                        ? "as it was made: " + attachments + " of " + attachments + " attachments"
                        : "not as it was made: " + unwell + " of " + attachments + " attachments");
        return unwell == 0 && records.unreadable().isEmpty() ? Command.SUCCESS : Command.FAILURE;
    }

    private boolean tell(Pod pod, Receipt receipt) {
        State state = State.of(surroundings.node(), receipt);
        String which = pod + " " + receipt.id().plugin() + " " + receipt.id().ifName() + ": ";
        if (state.gone()) {
            surroundings.out().println(which + "its namespace is gone");
        }
        for (Deviation deviation : state.deviations()) {
            surroundings.out().println(which + deviation);
        }
        return state.isWell();
    }
}

package io.metaplugins.command;

import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Receipt;
import io.metaplugins.engine.Repair;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import io.metaplugins.plugin.Attachments;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code repair}: makes attachments again what they were. */
@CommandLine.Command(
        name = "repair",
        description =
                "Makes true again what check would name. Status 1 if something could not be put"
                        + " right.")
final class RepairCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "POD",
            arity = "0..*",
            description = "Container id, or the beginning of one, or namespace/name. All if none.")
    private List<String> names = List.of();

    RepairCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        boolean well = true;
        try (Logging _ = Logging.open(LogOptions.defaults("command"), "repair")) {
            Records records = Records.of(surroundings.node());
            for (Pod pod : records.select(names)) {
                for (Receipt receipt : pod.receipts()) {
                    well &= repair(pod, receipt);
                }
            }
            for (LedgerException each : records.unreadable()) {
                surroundings.err().println(Command.NAME + ": " + each.getMessage());
                well = false;
            }
        }
        return well ? Command.SUCCESS : Command.FAILURE;
    }

    private boolean repair(Pod pod, Receipt receipt) {
        PrintStream out = surroundings.out();
        String which = pod + " " + receipt.id().plugin() + " " + receipt.id().ifName() + ": ";
        Optional<List<Repair>> repairs =
                new Attachments(surroundings.node()).repair(receipt, List.of(), PATIENCE);
        if (repairs.isEmpty()) {
            out.println(which + "its namespace is gone");
            return false;
        }
        boolean done = true;
        for (Repair repair : repairs.get()) {
            out.println(
                    which
                            + (repair.refusal() == null
                                    ? "put right: " + repair.deviation()
                                    : "not put right: " + repair.refusal().getMessage()));
            done &= repair.isDone();
        }
        return done;
    }
}

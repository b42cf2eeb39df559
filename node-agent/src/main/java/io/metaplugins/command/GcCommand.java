package io.metaplugins.command;

import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import io.metaplugins.plugin.Session;
import java.nio.file.Files;
import java.nio.file.Path;
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
            for (Pod pod : records.pods()) {
                for (Receipt receipt : pod.receipts().reversed()) {
                    if (isGone(receipt, undo)) {
                        undo.attachment(pod, receipt);
                    }
                }
            }
        }
        return undo.status();
    }

    private boolean isGone(Receipt receipt, Undo undo) {
        Namespace namespace = receipt.namespace();
        if (namespace == null) {
            return false;
        }
        try (Session session = surroundings.node().enterIfThere(receipt)) {
            if (session.hasContainer()) {
                return false;
            }
        }
        Path parent = Durable.parent(Path.of(namespace.path()));
        // Of one process each; others are files in a directory that may just not be mounted here.
        if (!parent.startsWith("/proc") && !Files.isDirectory(parent)) {
            undo.problem(
                    "nobody can tell from here whether "
                            + namespace.path()
                            + " is gone: there is no "
                            + parent);
            return false;
        }
        return true;
    }
}

package io.metaplugins.command;

import io.metaplugins.engine.Effect;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import io.metaplugins.plan.Lifetime;
import io.metaplugins.plugin.Session;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cleanup}: takes all that is ours off the node. */
@CommandLine.Command(
        name = "cleanup",
        description =
                "Takes all that is ours off the node: what was done for each pod on record, in the pod"
                        + " too, what all pods share, and the records. Settings get the values back that"
                        + " they had. The agent must have ended.")
final class CleanupCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--dry-run", description = "Tells what would be done, and does nothing.")
    private boolean dry;

    @Option(names = "--yes", description = "Does it though there are pods that live.")
    private boolean sure;

    CleanupCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        AgentSocket agent = AgentSocket.of(surroundings);
        if (!dry && agent.isServed()) {
            throw new CommandException(
                    "an agent serves at " + agent.socket() + " and would make it all anew: end it");
        }
        Records records = Records.of(surroundings.node());
        List<String> living = living(records);
        if (!dry && !sure && !living.isEmpty()) {
            living.forEach(surroundings.err()::println);
            throw new CommandException(
                    "nothing was changed: --yes would take their network from pods that live");
        }
        Undo undo = new Undo(surroundings, dry);
        try (Logging _ = Logging.open(LogOptions.defaults("command"), "cleanup")) {
            attachments(records, undo);
            shared(records, undo);
            files(records);
        }
        return undo.status();
    }

    private List<String> living(Records records) {
        List<String> living = new ArrayList<>();
        for (Pod pod : records.pods()) {
            for (Receipt receipt : pod.receipts()) {
                try (Session session = surroundings.node().enterIfThere(receipt)) {
                    if (session.hasContainer()) {
                        living.add(pod + " lives, and has " + receipt.id().ifName());
                    }
                }
            }
        }
        return living;
    }

    private static void attachments(Records records, Undo undo) {
        for (Pod pod : records.pods()) {
            for (Receipt receipt : pod.receipts().reversed()) {
                undo.attachment(pod, receipt);
            }
        }
    }

    /** What is there for all pods, and what is left of those that nothing is on record of. */
    private void shared(Records records, Undo undo) {
        try (Session session = surroundings.node().enterAlone()) {
            Remains remains = new Remains(session.kernels().host());
            List<KernelObject> found = new ArrayList<>(remains.find());
            if (dry) {
                found.removeIf(object -> isOfOne(object, records));
            }
            PrintStream out = surroundings.out();
            if (!found.isEmpty()) {
                out.println((dry ? "would take away" : "takes away") + " what is left on the node");
                found.forEach(each -> out.println("  remove " + each));
            }
            if (!dry) {
                remains.remove(found).forEach(undo::problem);
            }
        }
    }

    /** Whether it goes with an attachment, and so was told already. */
    private static boolean isOfOne(KernelObject object, Records records) {
        return records.pods().stream()
                .flatMap(pod -> pod.receipts().stream())
                .flatMap(receipt -> receipt.effects().stream())
                .filter(effect -> effect.lifetime() == Lifetime.ATTACHMENT)
                .map(Effect::after)
                .anyMatch(after -> after != null && after.sameAs(object));
    }

    private void files(Records records) {
        records.unreadable().forEach(each -> surroundings.out().println(each.getMessage()));
        surroundings.out().println((dry ? "would remove " : "removes ") + surroundings.run());
        if (!dry) {
            try {
                Durable.remove(surroundings.run());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

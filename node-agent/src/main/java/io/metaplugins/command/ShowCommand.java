package io.metaplugins.command;

import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.plugin.Session;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code show}: a pod as a person reads it. */
@CommandLine.Command(
        name = "show",
        description =
                "Shows a pod's interfaces, rules, tables, neighbours and settings, and what there is"
                        + " for it on the node; what is ours with the reason for it.")
final class ShowCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "POD",
            description = "Container id, or the beginning of one, or namespace/name.")
    private String name = "";

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Pod pod = Records.of(surroundings.node()).find(name);
        PrintStream out = surroundings.out();
        out.println("pod " + (pod.name() == null ? "of no known name" : pod.name()));
        out.println("container " + pod.containerId());
        Map<Receipt, State> states = new LinkedHashMap<>();
        for (Receipt receipt : pod.receipts()) {
            states.put(receipt, State.of(surroundings.node(), receipt));
        }
        namespace(pod, out);
        states.forEach((receipt, state) -> attachment(receipt, state, out));
        try (Session session = surroundings.node().enterIfThere(pod.receipts().getLast())) {
            Picture picture = new Picture(pod, session.kernels());
            if (session.hasContainer()) {
                picture.pod().forEach(out::println);
            }
            picture.node().forEach(out::println);
        }
        return states.values().stream().allMatch(State::isWell) ? Command.SUCCESS : Command.FAILURE;
    }

    private static void namespace(Pod pod, PrintStream out) {
        Namespace namespace = pod.receipts().getLast().namespace();
        if (namespace != null) {
            out.println("namespace " + namespace.path() + " (net:[" + namespace.inode() + "])");
        }
    }

    private static void attachment(Receipt receipt, State state, PrintStream out) {
        out.println(
                receipt.id().ifName()
                        + " by "
                        + receipt.id().plugin()
                        + " in "
                        + receipt.id().network()
                        + " since "
                        + ListCommand.since(receipt)
                        + ": "
                        + state);
        state.deviations().forEach(each -> out.println("  " + each));
    }
}

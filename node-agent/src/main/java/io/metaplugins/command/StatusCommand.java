package io.metaplugins.command;

import io.metaplugins.agent.ControlCall;
import io.metaplugins.cni.CniVersion;
import io.metaplugins.plugin.MetaPlugin;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** {@code status}: what the agent says of itself, or what is known without it. */
@CommandLine.Command(
        name = "status",
        description =
                "Shows what the agent says of itself, and how much is on record. Status 1 if no agent"
                        + " answers.")
final class StatusCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        AgentSocket agent = AgentSocket.of(surroundings);
        int status = agent(agent);
        PrintStream out = surroundings.out();
        Records records = Records.of(surroundings.node());
        int attachments = records.pods().stream().mapToInt(pod -> pod.receipts().size()).sum();
        out.println(
                "on record: "
                        + attachments
                        + " attachments of "
                        + records.pods().size()
                        + " pods"
                        + (records.unreadable().isEmpty()
                                ? ""
                                : ", and " + records.unreadable().size() + " that cannot be read"));
        out.println("waiting for an agent: " + waiting(agent) + " requests in " + agent.spool());
        out.println(
                "this command: "
                        + surroundings.plugins().version()
                        + " with "
                        + surroundings.plugins().all().stream()
                                .map(MetaPlugin::name)
                                .collect(Collectors.joining(", "))
                        + "; CNI "
                        + CniVersion.allOf(", "));
        return status;
    }

    private int agent(AgentSocket agent) {
        try {
            ControlCall.Told told = agent.tell("status");
            surroundings.out().print(told.output());
            surroundings.err().print(told.errors());
            return told.status() == Command.SUCCESS ? Command.SUCCESS : Command.FAILURE;
        } catch (IOException | RuntimeException e) {
            surroundings.out().println("no agent at " + agent.socket() + ": " + e.getMessage());
            return Command.FAILURE;
        }
    }

    private static int waiting(AgentSocket agent) {
        try {
            return agent.waiting();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.metaplugins.command;

import io.metaplugins.agent.ControlCall;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code metrics}: what the agent counts, for who has no scraper at hand. */
@CommandLine.Command(
        name = "metrics",
        description =
                "Shows what the agent counts, in the text format of Prometheus. Status 1 if no agent"
                        + " answers.")
final class MetricsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    MetricsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        AgentSocket agent = AgentSocket.of(surroundings);
        try {
            ControlCall.Told told = agent.tell("metrics");
            surroundings.out().print(told.output());
            surroundings.err().print(told.errors());
            return told.status() == Command.SUCCESS ? Command.SUCCESS : Command.FAILURE;
        } catch (IOException | RuntimeException e) {
            surroundings.err().println("no agent at " + agent.socket() + ": " + e.getMessage());
            return Command.FAILURE;
        }
    }
}

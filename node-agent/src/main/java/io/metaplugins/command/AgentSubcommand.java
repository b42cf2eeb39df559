package io.metaplugins.command;

import io.metaplugins.agent.AgentCommand;
import io.metaplugins.agent.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code agent}: the resident process that the launchers ask. */
@CommandLine.Command(
        name = "agent",
        description = "Serves the plugins' launchers, until it is told to end.")
final class AgentSubcommand implements Callable<Integer> {
    private final Surroundings surroundings;

    AgentSubcommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return AgentCommand.run(
                surroundings.plugins(),
                Settings.defaults(),
                surroundings.environment(),
                surroundings.err());
    }
}

package io.metaplugins.command;

import java.util.List;

/** All that {@code meta-plugins} can be told to do, in the order of its help. */
final class Subcommands {
    private Subcommands() {}

    static List<Object> of(Surroundings surroundings) {
        return List.of(
                AgentSubcommand.of(surroundings),
                new StatusCommand(surroundings),
                new MetricsCommand(surroundings),
                new ListCommand(surroundings),
                new ShowCommand(surroundings),
                new TraceCommand(surroundings),
                new CheckCommand(surroundings),
                new RepairCommand(surroundings),
                new ReapplyCommand(surroundings),
                new ExplainCommand(surroundings),
                new ValidateCommand(surroundings),
                new GcCommand(surroundings),
                new CleanupCommand(surroundings),
                new InstallCommand(surroundings),
                new UninstallCommand(surroundings),
                new CompletionCommand(surroundings));
    }
}

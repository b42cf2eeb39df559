package io.metaplugins.command;

import io.metaplugins.agent.AgentCommand;
import io.metaplugins.agent.StartOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code agent}: the resident process that the launchers ask. What its options mean is the agent's
 * to say, which starts without this too.
 */
@CommandLine.Command(
        name = "agent",
        description = "Serves the plugins' launchers, until it is told to end.")
final class AgentSubcommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @CommandLine.Spec private @Nullable CommandSpec spec;

    private AgentSubcommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static CommandLine of(Surroundings surroundings) {
        CommandLine line = new CommandLine(new AgentSubcommand(surroundings));
        for (StartOption each : StartOption.values()) {
            line.getCommandSpec().addOption(option(each));
        }
        return line;
    }

    private static OptionSpec option(StartOption told) {
        OptionSpec.Builder option =
                OptionSpec.builder(told.word())
                        .paramLabel(told.value())
                        .type(told.type())
                        .description(told.meaning());
        return told.candidates().isEmpty()
                ? option.build()
                : option.completionCandidates(told.candidates()).build();
    }

    @Override
    public Integer call() {
        List<String> words = new ArrayList<>();
        for (OptionSpec option :
                Objects.requireNonNull(spec).commandLine().getParseResult().matchedOptions()) {
            words.add(option.longestName());
            words.add(String.valueOf(option.<Object>getValue()));
        }
        return AgentCommand.run(
                surroundings.plugins(), words, surroundings.environment(), surroundings.err());
    }
}

package io.metaplugins.command;

import io.metaplugins.agent.AgentCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code agent}: the resident process that the launchers ask. */
@CommandLine.Command(
        name = "agent",
        description = "Serves the plugins' launchers, until it is told to end.",
        footerHeading = "%nOptions, each with its value as the next word:%n",
        footer = {
            "  --socket PATH             at which launchers knock",
            "  --spool DIRECTORY         of requests that found no agent",
            "  --ledger DIRECTORY        of what was done for each attachment",
            "  --threads COUNT           how many requests are served at the same time",
            "  --request-time SECONDS    after which a launcher is told to come again",
            "  --metrics-address ADDRESS 127.0.0.1:9464 or unix:/path; nowhere if left out",
            "  --settings FILE           of what is said once for all pods",
            "  --repair off|log|on       what is done about what others change",
            "  --full-pass SECONDS       from one look at everything to the next",
            "  --grace SECONDS           after which what is left of a gone pod is taken away"
        })
final class AgentSubcommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @CommandLine.Unmatched private List<String> words = new ArrayList<>();

    AgentSubcommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return AgentCommand.run(
                surroundings.plugins(), words, surroundings.environment(), surroundings.err());
    }
}

package io.metaplugins.command;

import io.metaplugins.agent.ControlCall;
import io.metaplugins.agent.Reapplication;
import io.metaplugins.agent.Reapplication.Wish;
import io.metaplugins.log.LogOptions;
import io.metaplugins.log.Logging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code reapply}: has running pods follow what is configured by now. */
@CommandLine.Command(
        name = "reapply",
        description =
                "Plans all attachments anew, from what was asked for and how the node is now, and"
                        + " changes those that come out otherwise. Status 1 if one could not be"
                        + " changed; it stays as it was then.")
final class ReapplyCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Surroundings surroundings;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The attachments of one network, as its conflist, configuration or"
                            + " NetworkAttachmentDefinition says from now on; standard input for -.")
    private String file = "";

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "The network's name, if it is not in the file.")
    private String network = "";

    @Option(names = "--dry-run", description = "Tells what would change, and changes nothing.")
    private boolean dryRun;

    ReapplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (file.isEmpty() && !network.isEmpty()) {
            throw new CommandException("--network says of which network --config is: want both");
        }
        String configuration =
                file.isEmpty()
                        ? ""
                        : new String(Texts.read(surroundings, file), StandardCharsets.UTF_8);
        Wish wish = new Wish(dryRun, configuration, network);
        AgentSocket agent = AgentSocket.of(surroundings);
        return agent.isServed() ? byAgent(agent, wish) : bySelf(wish);
    }

    /** It knows best what it is at, and whom it looks after. */
    private int byAgent(AgentSocket agent, Wish wish) {
        try {
            ControlCall.Told told = ControlCall.make(agent.socket(), wish.words(), PATIENCE);
            surroundings.out().print(told.output());
            if (!told.errors().isEmpty()) {
                surroundings.err().print(Command.NAME + ": " + told.errors());
            }
            return told.status() == Command.SUCCESS ? Command.SUCCESS : Command.FAILURE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int bySelf(Wish wish) {
        try (Logging _ = Logging.open(LogOptions.defaults("command"), "reapply")) {
            Reapplication.Told told =
                    new Reapplication(surroundings.plugins(), surroundings.node()).run(wish);
            surroundings.out().print(told.output());
            return told.status();
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        }
    }
}

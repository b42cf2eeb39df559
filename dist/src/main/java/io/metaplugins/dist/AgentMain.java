package io.metaplugins.dist;

import io.metaplugins.agent.AgentCommand;
import io.metaplugins.command.Command;
import io.metaplugins.command.Surroundings;
import io.metaplugins.plugin.Node;
import java.util.List;

/** The command {@code meta-plugins}, and with it the agent. */
public final class AgentMain {
    private static final String AGENT = "agent";

    private AgentMain() {}

    /** Serves a person, or the node. */
    public static void main(String[] arguments) {
        List<String> all = List.of(arguments);
        boolean agent =
                !all.isEmpty()
                        && all.getFirst().equals(AGENT)
                        && !all.contains("--help")
                        && !all.contains("-h");
        int status = agent ? serve(all.subList(1, all.size())) : command(all);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Without the command's own start, which a node's would wait for. */
    private static int serve(List<String> options) {
        return AgentCommand.run(CniMain.plugins(), options, System.getenv(), System.err);
    }

    private static int command(List<String> arguments) {
        try (Node node = CniMain.node()) {
            return new Command(
                            new Surroundings(
                                    CniMain.plugins(),
                                    node,
                                    Surroundings.DEFAULT_RUN,
                                    System.getenv(),
                                    System.in,
                                    System.out,
                                    System.err))
                    .run(arguments);
        }
    }
}

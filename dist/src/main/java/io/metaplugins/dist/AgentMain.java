package io.metaplugins.dist;

import io.metaplugins.agent.AgentCommand;
import io.metaplugins.agent.Settings;

/** The command {@code meta-plugins}, and with it the agent. */
public final class AgentMain {
    private AgentMain() {}

    /** Serves a person, or the node. */
    public static void main(String[] arguments) {
        int status =
                AgentCommand.run(
                        CniMain.plugins(), Settings.defaults(), System.getenv(), System.err);
        if (status != 0) {
            System.exit(status);
        }
    }
}

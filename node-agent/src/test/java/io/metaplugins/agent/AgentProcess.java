package io.metaplugins.agent;

import io.metaplugins.plugin.Plugins;
import io.metaplugins.router.RouterPlugin;
import java.util.List;
import java.util.Map;

/** The agent as a program of its own, with one plugin, to be executed on a host of its own. */
public final class AgentProcess {
    private AgentProcess() {}

    /** Serves as the arguments say. */
    public static void main(String[] arguments) {
        Plugins plugins = new Plugins(List.of(new RouterPlugin()), "under-test");
        int status = AgentCommand.run(plugins, List.of(arguments), Map.of(), System.err);
        if (status != 0) {
            System.exit(status);
        }
    }
}

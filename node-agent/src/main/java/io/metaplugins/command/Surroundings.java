package io.metaplugins.command;

import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a subcommand works with.
 *
 * @param plugins of this build
 * @param node whose attachments they are
 * @param run the directory of the ledger, of the spool and of the agent's socket
 * @param environment of the process
 * @param in for a file of the name {@code -}
 * @param out what was asked for
 * @param err what went wrong
 */
public record Surroundings(
        Plugins plugins,
        Node node,
        Path run,
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err) {
    /** On a file system that a reboot empties. */
    public static final Path DEFAULT_RUN = Path.of("/run/meta-plugins");

    public Surroundings {
        environment = Map.copyOf(environment);
    }
}

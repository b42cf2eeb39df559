package io.metaplugins.command;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a command line led to.
 *
 * @param out what was asked for
 * @param err what went wrong
 */
record Typed(int status, String out, String err) {

    /** Executes the command on a node whose records are below the directory. */
    static Typed on(Path run, Map<String, String> environment, Plugins plugins, String... line) {
        return withInput("", run, environment, plugins, line);
    }

    /** As above, with standard input. */
    static Typed withInput(
            String input,
            Path run,
            Map<String, String> environment,
            Plugins plugins,
            String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Node node = new Node(JnrLibc.load(), run.resolve("ledger"))) {
            int status =
                    new Command(
                                    new Surroundings(
                                            plugins,
                                            node,
                                            run,
                                            environment,
                                            new ByteArrayInputStream(
                                                    input.getBytes(StandardCharsets.UTF_8)),
                                            new PrintStream(out, true, StandardCharsets.UTF_8),
                                            new PrintStream(err, true, StandardCharsets.UTF_8)))
                            .run(List.of(line));
            return new Typed(
                    status,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    /** As above, with no plugins and nothing in the environment. */
    static Typed on(Path run, String... line) {
        return on(run, Map.of(), new Plugins(List.of(), "1.2.3"), line);
    }
}

package io.metaplugins.e2e;

import io.metaplugins.command.Command;
import io.metaplugins.command.Surroundings;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.plugin.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command as a program of its own, to be executed inside a sandbox. It takes a command line
 * from each line of its input, so that a hundred questions do not need a hundred processes.
 */
public final class CommandMain {
    static final String END = "--- ";

    private CommandMain() {}

    /** Prints, after what a command line printed, a line with {@link #END} and its status. */
    public static void main(String[] arguments) throws IOException {
        try (Node node = new Node(JnrLibc.load(), Surroundings.DEFAULT_RUN.resolve("ledger"));
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Command command =
                    new Command(
                            new Surroundings(
                                    new io.metaplugins.plugin.Plugins(List.of(), "(under test)"),
                                    node,
                                    Surroundings.DEFAULT_RUN,
                                    System.getenv(),
                                    System.in,
                                    System.out,
                                    System.err));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int status = command.run(List.of(line.split(" ")));
                System.out.println(END + status);
            }
        }
    }
}

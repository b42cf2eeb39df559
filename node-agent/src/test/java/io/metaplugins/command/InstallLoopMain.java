package io.metaplugins.command;

import java.nio.file.Path;

/** Installs one build and then the other, without end, and prints a line after each. */
final class InstallLoopMain {
    private InstallLoopMain() {}

    /**
     * Takes the directory of the records, the target, the two builds, and {@code uninstall} if the
     * one is to be taken out before the other comes.
     */
    public static void main(String[] arguments) {
        for (int turn = 0; ; turn++) {
            run(arguments, "install", "--to", arguments[1], "--from", arguments[2 + turn % 2]);
            if (arguments[4].equals("uninstall")) {
                run(arguments, "uninstall", "--from", arguments[1]);
            }
            System.out.println(turn);
        }
    }

    private static void run(String[] arguments, String... line) {
        Typed typed = Typed.on(Path.of(arguments[0]), line);
        if (typed.status() != 0) {
            System.err.print(typed.err());
            System.exit(typed.status());
        }
    }
}

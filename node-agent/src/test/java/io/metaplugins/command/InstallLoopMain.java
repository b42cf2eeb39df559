package io.metaplugins.command;

import java.nio.file.Path;

/** Installs one build and then the other, without end, and prints a line after each. */
final class InstallLoopMain {
    private InstallLoopMain() {}

    /** Takes the directory of the records, the target, and the two builds. */
    public static void main(String[] arguments) {
        for (int turn = 0; ; turn++) {
            Typed typed =
                    Typed.on(
                            Path.of(arguments[0]),
                            "install",
                            "--to",
                            arguments[1],
                            "--from",
                            arguments[2 + turn % 2]);
            if (typed.status() != 0) {
                System.err.print(typed.err());
                System.exit(typed.status());
            }
            System.out.println(turn);
        }
    }
}

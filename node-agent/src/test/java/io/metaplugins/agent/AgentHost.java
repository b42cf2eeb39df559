package io.metaplugins.agent;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A host of its own with the documented pod, a launcher, and agents that a script starts. */
record AgentHost(Path directory) {
    private static final String SET_UP =
            """
            cd "$1"
            dist=$2
            "$dist/training/documented-pod"
            case $(uname -m) in aarch64) machine=arm64 ;; *) machine=amd64 ;; esac
            VERSION=under-test "$dist/launcher/build" "$machine" "$1/router"
            shift 2
            """;

    /** Executes a script there, whose arguments are the command that is an agent. */
    void run(String script) {
        Path dist = Path.of("../dist").toAbsolutePath().normalize();
        Shell.run(
                dist.resolve("tools/disposable-host/run").toString(),
                "sh",
                "-euc",
                SET_UP + script,
                "sh",
                directory.toString(),
                dist.toString(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName());
    }

    /** What the script left in a file. */
    String said(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }
}

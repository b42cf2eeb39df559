package io.metaplugins.command;

import io.metaplugins.libc.JnrFileLibc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code uninstall}: takes away what {@code install} put there. */
@CommandLine.Command(
        name = "uninstall",
        description =
                "Takes away what install put there and nobody changed since. What is on record of"
                        + " pods stays: see cleanup.")
final class UninstallCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--from",
            paramLabel = "DIRECTORY",
            required = true,
            description = "What was given to install as --to.")
    private Path from = Path.of("");

    UninstallCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        List<String> staying;
        try (BinDirectory bin = BinDirectory.open(from, JnrFileLibc.load())) {
            staying = bin.uninstall();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        staying.forEach(line -> surroundings.out().println("stays: " + line));
        return staying.isEmpty() ? Command.SUCCESS : Command.FAILURE;
    }
}

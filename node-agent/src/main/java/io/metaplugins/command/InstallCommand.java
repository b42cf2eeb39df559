package io.metaplugins.command;

import io.metaplugins.libc.JnrFileLibc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code install}: puts this build, or another one, where a runtime executes it. */
@CommandLine.Command(
        name = "install",
        description =
                "Puts the plugins where a runtime executes them. At each moment each of them is"
                        + " there, the old one or the new one.")
final class InstallCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
            names = "--to",
            paramLabel = "DIRECTORY",
            required = true,
            description = "Where the runtime looks for plugins: /opt/cni/bin.")
    private Path to = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "DIRECTORY",
            description = "Where the build lies. The one that this command is of if not given.")
    private @Nullable Path from;

    @Option(
            names = "--force",
            description = "Replaces files of these names that were not put there by this command.")
    private boolean force;

    InstallCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Build build = Build.in(from == null ? own() : from);
        try {
            Files.createDirectories(to);
            try (BinDirectory bin = BinDirectory.open(to, JnrFileLibc.load())) {
                List<String> foreign = bin.foreign(build.manifest());
                if (!foreign.isEmpty() && !force) {
                    foreign.forEach(surroundings.err()::println);
                    throw new CommandException("nothing was changed; --force would replace them");
                }
                bin.install(build);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        surroundings
                .out()
                .println(
                        String.join(", ", build.manifest().executables())
                                + " and "
                                + Manifest.HOME
                                + "/ are in "
                                + to);
        return Command.SUCCESS;
    }

    private Path own() {
        String home = surroundings.environment().getOrDefault("META_PLUGINS_HOME", "");
        if (home.isEmpty()) {
            throw new CommandException("--from is needed: META_PLUGINS_HOME does not tell where");
        }
        return Durable.parent(Path.of(home).toAbsolutePath().normalize());
    }
}

package io.metaplugins.command;

import io.metaplugins.cni.PluginTypes;
import io.metaplugins.plugin.MetaPlugin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code validate}: what is wrong with configurations, as the plugins' own option tells it. */
@CommandLine.Command(
        name = "validate",
        description =
                "Tells every problem of configurations, conflists or NetworkAttachmentDefinitions."
                        + " Status 1 if there is any.")
final class ValidateCommand implements Callable<Integer> {
    private static final String ALL = "all";

    private final Surroundings surroundings;

    @Parameters(
            index = "0",
            paramLabel = "PLUGIN",
            description = "router, veth or coordinator; or all: those that the file names.")
    private String plugin = "";

    @Parameters(
            index = "1..*",
            paramLabel = "FILE",
            arity = "1..*",
            description = "JSON; standard input for -.")
    private List<String> files = List.of();

    ValidateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        boolean valid = true;
        for (String file : files) {
            byte[] text = Texts.read(surroundings, file);
            for (String each : plugins(file, text)) {
                valid &= isValid(each, file, text);
            }
        }
        return valid ? Command.SUCCESS : Command.FAILURE;
    }

    private List<String> plugins(String file, byte[] text) {
        if (!plugin.equals(ALL)) {
            return List.of(ExplainCommand.named(surroundings, plugin));
        }
        List<String> ours =
                surroundings.plugins().all().stream().<String>map(MetaPlugin::name).toList();
        Set<String> types = PluginTypes.in(text);
        List<String> named = ours.stream().filter(types::contains).toList();
        if (named.isEmpty()) {
            throw new CommandException(
                    file
                            + ": names no plugin of ours, which are "
                            + ours.stream().collect(Collectors.joining(", ")));
        }
        return named;
    }

    private boolean isValid(String name, String file, byte[] text) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(told, true, StandardCharsets.UTF_8);
        int status =
                surroundings
                        .plugins()
                        .main(List.of(name), surroundings.node())
                        .run(
                                List.of("--validate"),
                                surroundings.environment(),
                                new ByteArrayInputStream(text),
                                stream,
                                stream);
        told.toString(StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> surroundings.out().println(file + ": " + line));
        return status == Command.SUCCESS;
    }
}

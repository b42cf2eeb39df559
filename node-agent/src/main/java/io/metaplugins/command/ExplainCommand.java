package io.metaplugins.command;

import io.metaplugins.plugin.MetaPlugin;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code explain}: what a plugin would do, as its own {@code --explain} tells it. */
@CommandLine.Command(
        name = "explain",
        description =
                "Prints what ADD would do to a pod, as ip, sysctl and nft commands, and changes"
                        + " nothing.")
final class ExplainCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(index = "0", paramLabel = "PLUGIN", description = "router, veth or coordinator.")
    private String plugin = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            defaultValue = "-",
            description =
                    "The request: a configuration with its prevResult, with CNI_CONTAINERID, CNI_NETNS"
                            + " and CNI_IFNAME in the environment or in an object with it,"
                            + " {\"env\": {…}, \"config\": {…}}. Standard input if - or not given.")
    private String file = "-";

    ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return surroundings
                .plugins()
                .main(List.of(named(surroundings, plugin)), surroundings.node())
                .run(
                        List.of("--explain"),
                        surroundings.environment(),
                        new ByteArrayInputStream(Texts.read(surroundings, file)),
                        surroundings.out(),
                        surroundings.err());
    }

    /** The name, which must be that of a plugin. */
    static String named(Surroundings surroundings, String name) {
        if (surroundings.plugins().named(List.of(name)).isEmpty()) {
            throw new CommandException(
                    "PLUGIN: '"
                            + name
                            + "' is none: want "
                            + surroundings.plugins().all().stream()
                                    .map(MetaPlugin::name)
                                    .collect(Collectors.joining(", ")));
        }
        return name;
    }
}

package io.metaplugins.cni;

import io.metaplugins.log.LogOptions;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the executable does for a person, who gives arguments where a runtime gives none. */
final class CommandLine {
    static final int SUCCESS = 0;
    static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final Plugin plugin;
    private final LogOptions logDefaults;

    CommandLine(Plugin plugin, LogOptions logDefaults) {
        this.plugin = plugin;
        this.logDefaults = logDefaults;
    }

    int run(
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        if (arguments.size() == 1) {
            switch (arguments.getFirst()) {
                case "--help", "-h" -> {
                    out.print(help());
                    return SUCCESS;
                }
                case "--version" -> {
                    out.println(about());
                    return SUCCESS;
                }
                case "--explain" -> {
                    return attempt(() -> explain(environment, in, out), err);
                }
                case "--validate" -> {
                    return attempt(() -> validate(in, out), err);
                }
                default -> {}
            }
        }
        err.println(plugin.name() + ": unknown arguments: " + String.join(" ", arguments));
        err.print(help());
        return USAGE;
    }

    private String about() {
        return plugin.about() + "\nCNI protocol versions supported: " + CniVersion.allOf(", ");
    }

    private String help() {
        String name = plugin.name();
        return about()
                + "\n\n"
                + "A container runtime sets CNI_COMMAND and runs it without arguments. By hand:\n\n"
                + ("  " + name + " --explain < request.json    what ADD would do, as commands\n")
                + ("  "
                        + name
                        + " --validate < config.json    what is wrong with a configuration\n")
                + ("  " + name + " --version\n")
                + ("  " + name + " --help\n\n")
                + "A request is a network configuration with its prevResult, and CNI_CONTAINERID,\n"
                + "CNI_NETNS and CNI_IFNAME in the environment; or both in one object:\n"
                + "{\"env\": {\"CNI_IFNAME\": \"net1\", ...}, \"config\": {...}}.\n"
                + "A configuration is a plugin's own, a conflist, or a NetworkAttachmentDefinition.\n"
                + ("The log is " + logDefaults.file() + " if the configuration names none.\n");
    }

    private int attempt(IntSupplier action, PrintStream err) {
        try {
            return action.getAsInt();
        } catch (CniException e) {
            err.println(plugin.name() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            err.println(plugin.name() + ": internal error: " + e);
        }
        return FAILURE;
    }

    private int explain(Map<String, String> environment, InputStream in, PrintStream out) {
        out.print(plugin.explain(Explanation.request(Input.read(in), environment)));
        out.flush();
        return out.checkError() ? FAILURE : SUCCESS;
    }

    private int validate(InputStream in, PrintStream out) {
        List<String> problems = new Validation(plugin).problems(Input.read(in));
        problems.forEach(out::println);
        if (problems.isEmpty()) {
            out.println("valid");
        }
        out.flush();
        return problems.isEmpty() && !out.checkError() ? SUCCESS : FAILURE;
    }
}

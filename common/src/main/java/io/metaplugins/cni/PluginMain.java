package io.metaplugins.cni;

import io.metaplugins.log.LogOptions;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The protocol around a plugin, as a value: one execution with its environment, streams and exit
 * status (SPEC.md section 2). For each verb exactly one JSON document is written, or none.
 */
public final class PluginMain {
    private static final int SUCCESS = 0;

    private final Plugin plugin;
    private final LogOptions logDefaults;
    private final Meter meter;
    private final @Nullable Path logDirectory;

    /** One that nobody measures. */
    public PluginMain(Plugin plugin, LogOptions logDefaults) {
        this(plugin, logDefaults, Meter.NONE);
    }

    /**
     * Puts the protocol around a plugin.
     *
     * @param meter of what becomes of requests
     */
    public PluginMain(Plugin plugin, LogOptions logDefaults, Meter meter) {
        this(plugin, logDefaults, meter, null);
    }

    private PluginMain(
            Plugin plugin, LogOptions logDefaults, Meter meter, @Nullable Path logDirectory) {
        this.plugin = plugin;
        this.logDefaults = logDefaults;
        this.meter = meter;
        this.logDirectory = logDirectory;
    }

    /**
     * The same, which logs nowhere but below a directory, whatever a configuration names: a request
     * cannot have a process that serves many write where it likes.
     */
    public PluginMain loggingBelow(Path directory) {
        return new PluginMain(plugin, logDefaults, meter, directory);
    }

    /**
     * Executes the plugin once. With arguments it serves a person, else the runtime that set {@code
     * CNI_COMMAND}.
     *
     * @return the exit status: 0, or 1 if there was an error
     */
    public int run(
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        if (!arguments.isEmpty()) {
            return new CommandLine(plugin, logDefaults).run(arguments, environment, in, out, err);
        }
        if (environment.getOrDefault(Verb.COMMAND, "").isEmpty()) {
            err.println(plugin.about());
            err.println("CNI protocol versions supported: " + CniVersion.allOf(", "));
            return SUCCESS;
        }
        return new Exchange(plugin, meter, logDefaults, logDirectory, environment, in)
                .run(out, err);
    }
}

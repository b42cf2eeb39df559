package io.metaplugins.dist;

import io.metaplugins.cni.PluginMain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The training run for the ahead-of-time cache: one process, in a scratch namespace, that does all
 * that the plugins do in their lives, so that what this loads, each execution finds loaded. It is
 * in the tarball since the cache is valid for exactly the class path of its training.
 */
final class TrainingMain {
    private final PluginMain plugin;
    private final String request;
    private final String netns;
    private final String ifName;

    private TrainingMain(PluginMain plugin, String request, String netns, String ifName) {
        this.plugin = plugin;
        this.request = request;
        this.netns = netns;
        this.ifName = ifName;
    }

    /** Takes the directory with the requests, whose pods must be there. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        boolean done =
                of(directory, "router", "pod", "net1").run()
                        && of(directory, "veth", "underlay", "eth0").run();
        System.exit(done ? 0 : 1);
    }

    private static TrainingMain of(Path directory, String name, String netns, String ifName)
            throws IOException {
        return new TrainingMain(
                CniMain.plugins().main(List.of(name), CniMain.node()),
                Files.readString(directory.resolve(name + ".json")),
                "/run/netns/" + netns,
                ifName);
    }

    private boolean run() {
        return inVersion("1.1.0", List.of("ADD", "ADD", "CHECK", "DEL", "DEL"))
                && inVersion("1.0.0", List.of("ADD", "CHECK", "DEL"))
                && inVersion("0.3.1", List.of("ADD", "DEL"))
                && serves("STATUS", request)
                && serves("GC", request)
                && serves("VERSION", request)
                && serves(List.of("--explain"), "", request)
                && serves(List.of("--validate"), "", request)
                && !serves("ADD", request.replace("10.244.64.0/18", "10.244.64.0/33"))
                && !serves("ADD", "{");
    }

    private boolean inVersion(String version, List<String> verbs) {
        String versioned = request.replace("\"1.1.0\"", '"' + version + '"');
        return verbs.stream().allMatch(verb -> serves(verb, versioned));
    }

    private boolean serves(String verb, String input) {
        return serves(List.of(), verb, input);
    }

    private boolean serves(List<String> arguments, String verb, String input) {
        Map<String, String> environment =
                Map.of(
                        "CNI_COMMAND", verb,
                        "CNI_CONTAINERID", "training",
                        "CNI_IFNAME", ifName,
                        "CNI_NETNS", netns,
                        "CNI_PATH", "/opt/cni/bin");
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return plugin.run(arguments, environment, in, System.out, System.err) == 0;
    }
}

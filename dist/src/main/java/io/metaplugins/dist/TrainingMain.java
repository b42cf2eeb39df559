package io.metaplugins.dist;

import io.metaplugins.cni.PluginMain;
import io.metaplugins.router.RouterMain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The training run for the ahead-of-time cache: one process, in a scratch namespace, that does all
 * that the router does in its life, so that what this loads, each execution finds loaded. It is in
 * the tarball since the cache is valid for exactly the class path of its training.
 */
final class TrainingMain {
    private final PluginMain router;
    private final String request;

    private TrainingMain(PluginMain router, String request) {
        this.router = router;
        this.request = request;
    }

    /** Takes the file with the request, whose pod must be there. */
    public static void main(String[] arguments) throws IOException {
        String request = Files.readString(Path.of(arguments[0]));
        System.exit(new TrainingMain(RouterMain.router(), request).run() ? 0 : 1);
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
                        "CNI_IFNAME", "net1",
                        "CNI_NETNS", "/run/netns/pod",
                        "CNI_PATH", "/opt/cni/bin");
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return router.run(arguments, environment, in, System.out, System.err) == 0;
    }
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.log.LogOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One execution of a plugin with its environment and input, and all that came of it. */
record Execution(int status, String stdout, String stderr) {

    static Execution of(
            Plugin plugin, List<String> arguments, Map<String, String> environment, byte[] stdin) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status =
                new PluginMain(plugin, LogOptions.defaults("echo").withFile(Path.of("/dev/null")))
                        .run(
                                arguments,
                                environment,
                                new ByteArrayInputStream(stdin),
                                new PrintStream(out, false, StandardCharsets.UTF_8),
                                new PrintStream(err, false, StandardCharsets.UTF_8));
        return new Execution(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Execution of(Plugin plugin, Map<String, String> environment, String stdin) {
        return of(plugin, List.of(), environment, stdin.getBytes(StandardCharsets.UTF_8));
    }

    /** All variables that a runtime sets for a verb about an attachment. */
    static Map<String, String> environment(String verb) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CNI_COMMAND", verb);
        environment.put("CNI_CONTAINERID", "c0ffee");
        environment.put("CNI_NETNS", "/run/netns/c0ffee");
        environment.put("CNI_IFNAME", "net1");
        environment.put("CNI_PATH", "/opt/cni/bin");
        return environment;
    }

    /** The one document on standard output. */
    ObjectNode answer() {
        return Input.decode(stdout);
    }

    /** Asserts an error object with that code, and gives its details. */
    String details(int code) {
        assertThat(status).isEqualTo(1);
        ObjectNode error = answer();
        assertThat(error.get("code").intValue()).as(stdout).isEqualTo(code);
        assertThat(error.get("msg").textValue()).isNotBlank();
        assertThat(error.get("cniVersion").textValue()).isNotBlank();
        return error.get("details").textValue();
    }
}

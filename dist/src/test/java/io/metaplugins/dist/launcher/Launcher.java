package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The launcher, compiled so that it ends where it does something undefined, and what it is executed
 * with. By default it does not wait for an agent.
 */
record Launcher(Path executable, Map<String, String> environment) {
    static final String VERSION = "1.2.3";

    /** Compiles it into a directory, where also its socket and spool are looked for. */
    static Launcher compile(Path directory, String... options) {
        Path executable = directory.resolve("router");
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-D_GNU_SOURCE", "-g"));
        command.addAll(List.of("-DVERSION=\"" + VERSION + "\"", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-fsanitize=address,undefined", "-fno-sanitize-recover=all"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", executable.toString()));
        try (Stream<Path> sources = Files.list(Path.of("launcher"))) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".c"))
                    .sorted()
                    .forEach(command::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.run(command.toArray(String[]::new));
        return new Launcher(executable, Map.of())
                .with("META_PLUGINS_SOCKET", directory.resolve("agent.sock"))
                .with("META_PLUGINS_SPOOL", directory.resolve("spool"))
                .with("META_PLUGINS_WAIT", 0);
    }

    Launcher with(String variable, Object value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value.toString());
        return new Launcher(executable, more);
    }

    Launcher as(Path other) {
        return new Launcher(other, environment);
    }

    /** Where the agent's socket is, or should be. */
    Path socket() {
        return Path.of(environment.getOrDefault("META_PLUGINS_SOCKET", ""));
    }

    Path spool() {
        return Path.of(environment.getOrDefault("META_PLUGINS_SPOOL", ""));
    }

    Shell.Output execute(String verb, String stdin) {
        return with("CNI_COMMAND", verb).run(stdin);
    }

    Shell.Output run(String stdin, String... arguments) {
        return Shell.attempt(command(arguments), stdin, Map.of());
    }

    /** With nothing in the environment but what was stated. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.add(executable.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Asserts that an output is one error with that code, and gives its details. */
    static String error(int code, Shell.Output output) {
        return error(code, "1.1.0", output);
    }

    static String error(int code, String version, Shell.Output output) {
        assertThat(output.stderr()).isEmpty();
        assertThat(output.status()).isEqualTo(1);
        JsonNode error = document(output);
        assertThat(error.fieldNames())
                .toIterable()
                .containsExactly("cniVersion", "code", "msg", "details");
        assertThat(error.path("cniVersion").asText()).isEqualTo(version);
        assertThat(error.path("code").asInt()).as(output.stdout()).isEqualTo(code);
        assertThat(error.path("msg").asText()).isNotEmpty();
        return error.path("details").asText();
    }

    /** The one document that standard output is. */
    static JsonNode document(Shell.Output output) {
        try {
            return new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(output.stdout());
        } catch (JsonProcessingException e) {
            throw new AssertionError(output.toString(), e);
        }
    }
}

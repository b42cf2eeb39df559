package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A person at the shell of a node, who knows the command {@code meta-plugins}. */
final class Operator {
    private final Sandbox sandbox;
    private final String node;

    Operator(Sandbox sandbox, String node) {
        this.sandbox = sandbox;
        this.node = node;
    }

    /** What one command line led to. */
    record Answer(int status, String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }

    /** Types one command line, without the command's name. */
    Answer types(String line) {
        return types(List.of(line)).getFirst();
    }

    /** Types one command line after the other. What went wrong is in the text too. */
    List<Answer> types(List<String> lines) {
        List<String> command =
                List.of(
                        "sh",
                        "-c",
                        "exec \"$@\" 2>&1",
                        "sh",
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommandMain.class.getName());
        Shell.Output output =
                sandbox.execute(node, command, String.join("\n", lines) + "\n", Map.of());
        assertThat(output.status()).as(output.stdout()).isZero();
        return answers(output.stdout());
    }

    /** Executes the program of the tarball. */
    Shell.Output executes(String input, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Plugins.unpacked().ours().resolve("meta-plugins/meta-plugins").toString());
        command.addAll(List.of(arguments));
        return sandbox.execute(node, command, input, environment);
    }

    private static List<Answer> answers(String printed) {
        List<Answer> answers = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String line : printed.lines().toList()) {
            if (line.startsWith(CommandMain.END)) {
                String status = line.substring(CommandMain.END.length());
                answers.add(new Answer(Integer.parseInt(status), text.toString()));
                text.setLength(0);
            } else {
                text.append(line).append('\n');
            }
        }
        return answers;
    }
}

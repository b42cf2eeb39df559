package io.metaplugins.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import io.metaplugins.testkit.Shell;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The manual, the help and the completion know all that the command understands. */
class ManualTest {
    private static final String COMPLETE =
            """
            source "$0"
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
            _complete_meta-plugins
            printf '%s\n' "${COMPREPLY[@]}"
            """;

    @TempDir private Path directory;

    @Test
    void theManualHasEachCommandWithEachOption() throws IOException {
        String manual =
                Files.readString(Path.of("../docs/meta-plugins.8"))
                        .replace("\\-", "-")
                        .replaceAll("\\\\f.", "");
        List<String> sections = List.of(manual.split("\n\\.TP\n"));
        for (CommandLine command : commandLine().getSubcommands().values()) {
            String name = command.getCommandName();
            String section =
                    sections.stream()
                            .filter(text -> text.matches("(?s)\\.(B|BR|BI) " + name + "\\b.*"))
                            .findFirst()
                            .orElse("");
            assertThat(section).as(name).isNotEmpty();
            for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
                if (!option.usageHelp()) {
                    assertThat(section).as(name).contains(option.names());
                }
            }
        }
    }

    @Test
    void theManualNamesNoCommandThatIsNotThere() throws IOException {
        String commands =
                Files.readString(Path.of("../docs/meta-plugins.8"))
                        .replaceAll("(?s).*\\.SH COMMANDS(.*?)\\.SH.*", "$1");
        assertThat(commands.lines().filter(line -> line.equals(".TP")))
                .hasSize(commandLine().getSubcommands().size());
    }

    @Test
    void eachCommandHasHelp() {
        for (String name : commandLine().getSubcommands().keySet()) {
            Typed typed = Typed.on(directory, name, "--help");
            assertThat(typed.status()).as(name).isZero();
            assertThat(typed.out()).startsWith("Usage: meta-plugins " + name);
        }
        Typed without = Typed.on(directory);
        assertThat(without.status()).isEqualTo(2);
        assertThat(without.err()).startsWith("Usage: meta-plugins ");
        assertThat(Typed.on(directory, "--version").out()).isEqualTo("meta-plugins 1.2.3\n");
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException {
        Path script = directory.resolve("completion");
        Files.writeString(script, Typed.on(directory, "completion", "bash").out());

        assertThat(completed(script, "meta-plugins", "tr")).isEqualTo("trace\n");
        assertThat(completed(script, "meta-plugins", "cleanup", "--d")).isEqualTo("--dry-run\n");
        assertThat(completed(script, "meta-plugins", "list", "--output", ""))
                .isEqualTo("TABLE\nWIDE\nJSON\n");
        assertThat(completed(script, "meta-plugins", "agent", "--full")).isEqualTo("--full-pass\n");
        assertThat(completed(script, "meta-plugins", "agent", "--repair", ""))
                .isEqualTo("off\nlog\non\n");
    }

    private static String completed(Path script, String... words) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", COMPLETE, script.toString()));
        command.addAll(List.of(words));
        return Shell.run(command.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (Node node = new Node(JnrLibc.load(), directory.resolve("ledger"))) {
            return new Command(
                            new Surroundings(
                                    new Plugins(List.of(), "1.2.3"),
                                    node,
                                    directory,
                                    Map.of(),
                                    new ByteArrayInputStream(new byte[0]),
                                    nowhere,
                                    nowhere))
                    .commandLine();
        }
    }
}

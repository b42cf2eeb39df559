package io.metaplugins.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.AgentCommand;
import io.metaplugins.agent.StartOption;
import io.metaplugins.plugin.Plugins;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The options of the agent, typed by a person and as its service manager starts it. */
class AgentSubcommandTest {
    private static final String SEE = " (see meta-plugins agent -h)\n";

    @TempDir private Path directory;

    private static Typed started(String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status =
                AgentCommand.run(
                        new Plugins(List.of(), "1.2.3"),
                        List.of(words),
                        Map.of(),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Typed(status, "", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --threads         | 0                  | 1 to 64
                    --threads         | 65                 | 1 to 64
                    --threads         | four               | 1 to 64
                    --request-time    | -1                 | 1 to 3600
                    --request-time    | 99999999999        | 1 to 3600
                    --full-pass       | 60s                | 1 to 3600
                    --grace           | 0                  | 1 to 3600
                    --repair          | ON                 | off, log or on
                    --repair          | sometimes          | off, log or on
                    --metrics-address | localhost:9464     | 127.0.0.1:9464 or unix:/path
                    --metrics-address | 127.0.0.1          | 127.0.0.1:9464 or unix:/path
                    --metrics-address | 127.0.0.1:65536    | 127.0.0.1:9464 or unix:/path
                    --metrics-address | 127.0.0.1:http     | 127.0.0.1:9464 or unix:/path
                    --metrics-address | unix:              | 127.0.0.1:9464 or unix:/path
                    """)
    void aWrongValueIsNamedInOneLine(String option, String value, String wanted) {
        Typed expected =
                new Typed(
                        2,
                        "",
                        "meta-plugins agent: "
                                + (option + " '" + value + "': want " + wanted)
                                + SEE);

        assertThat(Typed.on(directory, "agent", option, value)).isEqualTo(expected);
        assertThat(Typed.on(directory, "agent", option + "=" + value)).isEqualTo(expected);
        assertThat(started(option, value)).isEqualTo(expected);
        assertThat(started(option + "=" + value)).isEqualTo(expected);
    }

    @Test
    void whatIsNoOptionIsNamedInOneLine() {
        for (String[] words :
                new String[][] {{"--socked", "x"}, {"--threads"}, {"--grace", "1", "--grace=2"}}) {
            Typed started = started(words);

            assertThat(started.status()).isEqualTo(2);
            assertThat(started.err())
                    .startsWith("meta-plugins agent: ")
                    .contains(words[0])
                    .endsWith(SEE)
                    .hasLineCount(1);
        }
        Typed typed = Typed.on(directory, "agent", "--socked", "x");
        assertThat(typed.status()).isEqualTo(2);
        assertThat(typed.err()).contains("--socked").endsWith(SEE).hasLineCount(1);
    }

    @ParameterizedTest
    @EnumSource(StartOption.class)
    void helpNamesEachOption(StartOption option) {
        String help = Typed.on(directory, "agent", "--help").out();

        assertThat(help).contains(option.word() + "=" + option.value());
    }
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PluginMainTest {

    private final EchoPlugin plugin = new EchoPlugin();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutCommandItSaysWhatItIsOnStandardError(boolean empty) {
        Execution execution =
                Execution.of(plugin, empty ? Map.of("CNI_COMMAND", "") : Map.of(), "");

        assertThat(execution)
                .isEqualTo(
                        new Execution(
                                0,
                                "",
                                "CNI plugin echo 1.2.3\nCNI protocol versions supported: 0.1.0,"
                                        + " 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n"));
    }

    @Test
    void helpNamesEveryOption() {
        Execution execution = Execution.of(plugin, List.of("--help"), Map.of(), new byte[0]);

        assertThat(execution.status()).isZero();
        assertThat(execution.stdout())
                .contains("--explain", "--validate", "--version", "/dev/null");
    }

    @Test
    void versionOptionSaysWhatItIs() {
        Execution execution = Execution.of(plugin, List.of("--version"), Map.of(), new byte[0]);

        assertThat(execution.stdout()).startsWith("CNI plugin echo 1.2.3\n");
    }

    @Test
    void unknownOptionIsAnError() {
        Execution execution = Execution.of(plugin, List.of("--frob", "x"), Map.of(), new byte[0]);

        assertThat(execution.status()).isEqualTo(2);
        assertThat(execution.stdout()).isEmpty();
        assertThat(execution.stderr()).startsWith("echo: unknown arguments: --frob x\n");
    }
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CniArgsTest {
    private final List<String> malformed = new ArrayList<>();

    @Test
    void readsWhatKubernetesRuntimesGiveAndKeepsTheRest() {
        CniArgs args =
                CniArgs.parse(
                        "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;"
                                + "K8S_POD_UID=1-2-3;X=a=b;EMPTY=",
                        malformed);

        assertThat(malformed).isEmpty();
        assertThat(args.podNamespace()).contains("default");
        assertThat(args.podName()).contains("web-0");
        assertThat(args.podUid()).contains("1-2-3");
        assertThat(args.values())
                .containsEntry("IgnoreUnknown", "1")
                .containsEntry("X", "a=b")
                .containsEntry("EMPTY", "");
    }

    @Test
    void nothingIsNoArguments() {
        CniArgs args = CniArgs.parse("", malformed);

        assertThat(malformed).isEmpty();
        assertThat(args).isEqualTo(new CniArgs(Map.of()));
        assertThat(args.podName()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "A=1;B, CNI_ARGS: 'B' is not KEY=value",
        "A=1;, CNI_ARGS: '' is not KEY=value",
        "A=1;=2, CNI_ARGS: '=2' is not KEY=value",
        "A=1;A=2, CNI_ARGS: 'A' is given twice"
    })
    void keepsThePairsThatAreWellFormedAndNamesTheOthers(String text, String problem) {
        CniArgs args = CniArgs.parse(text, malformed);

        assertThat(args.values()).containsExactly(Map.entry("A", "1"));
        assertThat(malformed).containsExactly(problem);
    }
}

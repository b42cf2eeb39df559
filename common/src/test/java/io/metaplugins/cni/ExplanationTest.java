package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExplanationTest {
    private static final String CONFIG =
            """
            {"cniVersion": "1.1.0", "name": "lan", "type": "echo",
             "prevResult": {"ips": [{"address": "172.18.24.120/16"}]}}
            """;

    private final EchoPlugin plugin = new EchoPlugin();

    private Execution explain(Map<String, String> environment, String input) {
        return Execution.of(
                plugin, List.of("--explain"), environment, input.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void explainsAConfigurationWithTheVariablesOfTheEnvironment() {
        Execution execution = explain(Execution.environment("DEL"), CONFIG);

        assertThat(execution).isEqualTo(new Execution(0, "ip link show dev net1\n", ""));
        assertThat(plugin.requests()).singleElement().extracting(Request::verb).isEqualTo(Verb.ADD);
    }

    @Test
    void explainsARequestThatHoldsItsVariables() {
        Execution execution =
                explain(
                        Map.of("CNI_CONTAINERID", "c1", "CNI_IFNAME", "eth7"),
                        """
                        {"env": {"CNI_NETNS": "/run/netns/c1", "CNI_IFNAME": "net2"}, "config": %s}
                        """
                                .formatted(CONFIG));

        assertThat(execution).isEqualTo(new Execution(0, "ip link show dev net2\n", ""));
        assertThat(plugin.requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.containerId()).isEqualTo("c1");
                    assertThat(request.requiredPrevResult().ips()).hasSize(1);
                });
    }

    @Test
    void saysOnStandardErrorWhatIsMissing() {
        assertThat(explain(Map.of("CNI_IFNAME", "net1"), CONFIG))
                .isEqualTo(
                        new Execution(
                                1,
                                "",
                                "echo: invalid environment variables: CNI_CONTAINERID, CNI_NETNS"
                                        + " missing\n"));
    }

    @Test
    void refusesARequestOfAnotherForm() {
        Execution execution =
                explain(Map.of(), "{\"env\": {\"CNI_NETNS\": 5}, \"config\": {}, \"x\": 1}");

        assertThat(execution.status()).isEqualTo(1);
        assertThat(execution.stderr()).contains("key 'env.CNI_NETNS': value 5 is not allowed");
    }

    @Test
    void failureOfThePluginIsToldOnStandardError() {
        plugin.failWith(new CniException(ErrorCode.INVALID_NETNS, "no such namespace"));

        assertThat(explain(Execution.environment("ADD"), CONFIG))
                .isEqualTo(
                        new Execution(
                                1, "", "echo: invalid network namespace: no such namespace\n"));
    }
}

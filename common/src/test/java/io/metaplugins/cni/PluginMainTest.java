package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class PluginMainTest {
    private static final String CONFIG =
            """
            {"cniVersion": "1.1.0", "name": "lan", "type": "echo",
             "service_hijack_subnet": ["10.96.0.0/12"],
             "prevResult": {
               "interfaces": [{"name": "net1", "mac": "02:00:00:00:00:01", "mtu": 1500,
                               "sandbox": "/run/netns/c0ffee"}],
               "ips": [{"interface": 0, "address": "172.18.24.120/16", "gateway": "172.18.0.1"}],
               "routes": [{"dst": "0.0.0.0/0", "priority": 5}]}}
            """;

    private final EchoPlugin plugin = new EchoPlugin();

    @Test
    void addHandsOnThePreviousResult() {
        Execution execution = Execution.of(plugin, Execution.environment("ADD"), CONFIG);

        assertThat(execution.status()).isZero();
        assertThat(execution.stdout())
                .isEqualTo(
                        "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"net1\","
                                + "\"mac\":\"02:00:00:00:00:01\",\"mtu\":1500,"
                                + "\"sandbox\":\"/run/netns/c0ffee\"}],"
                                + "\"ips\":[{\"interface\":0,\"address\":\"172.18.24.120/16\","
                                + "\"gateway\":\"172.18.0.1\"}],"
                                + "\"routes\":[{\"dst\":\"0.0.0.0/0\",\"priority\":5}]}\n");
        assertThat(execution.stderr()).isEmpty();
    }

    @Test
    void delWithNothingLeftSucceedsSilently() {
        Execution execution =
                Execution.of(
                        plugin,
                        Map.of(
                                "CNI_COMMAND", "DEL",
                                "CNI_CONTAINERID", "c0ffee",
                                "CNI_IFNAME", "net1"),
                        "{\"cniVersion\": \"0.3.1\", \"name\": \"lan\", \"type\": \"echo\"}");

        assertThat(execution).isEqualTo(new Execution(0, "", ""));
        assertThat(plugin.requests()).hasSize(1);
    }

    @Test
    void namesAllMissingVariablesAtOnce() {
        Execution execution = Execution.of(plugin, Map.of("CNI_COMMAND", "ADD"), CONFIG);

        assertThat(execution.details(4))
                .isEqualTo("CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME missing");
    }

    @Test
    void versionAnswersInTheVersionOfTheQuestion() {
        Execution execution =
                Execution.of(
                        plugin, Map.of("CNI_COMMAND", "VERSION"), "{\"cniVersion\": \"0.4.0\"}");

        assertThat(execution.stdout())
                .isEqualTo(
                        "{\"cniVersion\":\"0.4.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\","
                                + "\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n");
    }

    @Test
    void misspeltKeyIsNamedWithItsValueAndTheKeyMeant() {
        Execution execution =
                Execution.of(
                        plugin,
                        Execution.environment("ADD"),
                        CONFIG.replace("service_hijack", "servce_hijack"));

        assertThat(execution.details(2))
                .isEqualTo(
                        "key 'servce_hijack_subnet': value ['10.96.0.0/12'] is not supported: did"
                                + " you mean 'service_hijack_subnet'?");
    }
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.InterfaceName;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTest {
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

    @ParameterizedTest
    @CsvSource({
        "ADD, 'CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME missing'",
        "CHECK, 'CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME missing'",
        "DEL, 'CNI_CONTAINERID, CNI_IFNAME missing'",
        "GC, CNI_PATH missing"
    })
    void namesAllMissingVariablesAtOnce(String verb, String details) {
        Execution execution = Execution.of(plugin, Map.of("CNI_COMMAND", verb), CONFIG);

        assertThat(execution.details(4)).isEqualTo(details);
        assertThat(plugin.requests()).isEmpty();
    }

    @Test
    void emptyVariableIsAMissingOne() {
        Map<String, String> environment = Execution.environment("ADD");
        environment.put("CNI_NETNS", "");

        assertThat(Execution.of(plugin, environment, CONFIG).details(4))
                .isEqualTo("CNI_NETNS missing");
    }

    @ParameterizedTest
    @CsvSource({
        "CNI_CONTAINERID, a/b",
        "CNI_CONTAINERID, ../etc",
        "CNI_CONTAINERID, -x",
        "CNI_CONTAINERID, é",
        "CNI_IFNAME, a/b",
        "CNI_IFNAME, a:b",
        "CNI_IFNAME, ..",
        "CNI_IFNAME, 'a b'",
        "CNI_IFNAME, sixteencharacter",
        "CNI_ARGS, K8S_POD_NAME",
        "CNI_COMMAND, add",
        "CNI_COMMAND, FROB"
    })
    void namesTheVariableThatIsInvalidAndItsValue(String variable, String value) {
        Map<String, String> environment = Execution.environment("ADD");
        environment.put(variable, value);

        assertThat(Execution.of(plugin, environment, CONFIG).details(4)).contains(variable, value);
        assertThat(plugin.requests()).isEmpty();
    }

    @Test
    void containerIdThatIsTooLongForAFilesNameIsInvalid() {
        Map<String, String> environment = Execution.environment("DEL");
        environment.put("CNI_CONTAINERID", "a".repeat(201));

        assertThat(Execution.of(plugin, environment, CONFIG).details(4)).contains("1 to 200");
    }

    @Test
    void variablesAreToldBeforeTheConfiguration() {
        assertThat(Execution.of(plugin, Map.of("CNI_COMMAND", "ADD"), "{").details(4))
                .contains("CNI_NETNS");
    }

    @Test
    void delIgnoresMalformedArgumentsAndPreviousResults() {
        Map<String, String> environment = Execution.environment("DEL");
        environment.put("CNI_ARGS", "K8S_POD_NAME=web-0;nonsense");

        Execution execution =
                Execution.of(
                        plugin,
                        environment,
                        """
                        {"cniVersion": "1.1.0", "name": "lan", "type": "echo", "migrate_route": "x",
                         "prevResult": {"ips": [{"address": "nonsense"}]}}
                        """);

        assertThat(execution).isEqualTo(new Execution(0, "", ""));
        assertThat(plugin.requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.prevResult()).isNull();
                    assertThat(request.args().podName()).contains("web-0");
                    assertThat(request.warnings())
                            .anyMatch(warning -> warning.contains("nonsense' is not KEY"))
                            .anyMatch(warning -> warning.contains("prevResult.ips[0]"));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}"})
    void delTakesAnEmptyPreviousResult(String empty) {
        Execution execution =
                Execution.of(
                        plugin,
                        Execution.environment("DEL"),
                        "{\"name\": \"lan\", \"prevResult\": " + empty + "}");

        assertThat(execution).isEqualTo(new Execution(0, "", ""));
    }

    @Test
    void requestHasAllThatTheRuntimeGave() {
        Map<String, String> environment = Execution.environment("CHECK");
        environment.put("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0");
        environment.put("CNI_NETNS_OVERRIDE", "TRUE");

        assertThat(Execution.of(plugin, environment, CONFIG)).isEqualTo(new Execution(0, "", ""));

        assertThat(plugin.requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.verb()).isEqualTo(Verb.CHECK);
                    assertThat(request.attachment())
                            .isEqualTo(new Attachment("c0ffee", new InterfaceName("net1")));
                    assertThat(request.netns()).isEqualTo(Path.of("/run/netns/c0ffee"));
                    assertThat(request.cniPath()).isEqualTo("/opt/cni/bin");
                    assertThat(request.args().podNamespace()).contains("default");
                    assertThat(request.isNetnsOverride()).isTrue();
                    assertThat(request.version()).isEqualTo(CniVersion.V1_1_0);
                    assertThat(request.network()).isEqualTo("lan");
                    assertThat(request.type()).isEqualTo("echo");
                    assertThat(request.validAttachments()).isEmpty();
                });
    }

    @Test
    void gcGivesTheAttachmentsToSpare() {
        Execution execution =
                gc(
                        "\"cni.dev/valid-attachments\": [%s, %s], \"cni.dev/attachments\": []"
                                .formatted(
                                        "{\"containerID\": \"c1\", \"ifname\": \"eth0\"}",
                                        "{\"containerID\": \"c2\", \"ifname\": \"net1\"}"));

        assertThat(execution).isEqualTo(new Execution(0, "", ""));
        assertThat(plugin.requests().getFirst().validAttachments())
                .containsExactly(
                        new Attachment("c1", new InterfaceName("eth0")),
                        new Attachment("c2", new InterfaceName("net1")));
    }

    @Test
    void gcReadsTheFormerNameOfTheListToo() {
        assertThat(gc("\"cni.dev/attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]"))
                .isEqualTo(new Execution(0, "", ""));
        assertThat(plugin.requests().getFirst().validAttachments())
                .containsExactly(new Attachment("c1", new InterfaceName("eth0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]"})
    void gcWithAnEmptyListSparesNothing(String empty) {
        assertThat(gc("\"cni.dev/valid-attachments\": " + empty))
                .isEqualTo(new Execution(0, "", ""));
        assertThat(plugin.requests().getFirst().validAttachments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\": 1",
                "\"cni.dev/valid-attachments\": {}",
                "\"cni.dev/valid-attachments\": [\"c1\"]",
                "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\"}]",
                "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"a/b\"}]",
                "\"cni.dev/valid-attachments\": [{\"containerID\": \"/\", \"ifname\": \"eth0\"}]"
            })
    void gcThatDoesNotSayWhatToSpareIsRefused(String keys) {
        assertThat(gc(keys).details(7)).contains("cni.dev/valid-attachments");
        assertThat(plugin.requests()).isEmpty();
    }

    private Execution gc(String keys) {
        return Execution.of(
                plugin,
                Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin"),
                "{\"cniVersion\": \"1.1.0\", \"name\": \"lan\", \"type\": \"echo\", " + keys + "}");
    }
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ValidationTest {
    private static Execution validate(String input) {
        return Execution.of(
                new EchoPlugin(),
                List.of("--validate"),
                Map.of(),
                input.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> problemsOf(String input) {
        Execution execution = validate(input);
        assertThat(execution.status()).isEqualTo(1);
        assertThat(execution.stderr()).isEmpty();
        return execution.stdout().lines().toList();
    }

    @Test
    void pluginsOwnConfigurationIsValid() {
        assertThat(validate("{\"type\": \"echo\", \"skip_call\": true}"))
                .isEqualTo(new Execution(0, "valid\n", ""));
    }

    @Test
    void eachProblemIsALine() {
        assertThat(
                        problemsOf(
                                """
                                {"type": "echo", "cniVersion": "9.0.0", "migrate_route": 7,
                                 "skip_cal": true, "leftover": {"a": 1},
                                 "service_hijack_subnet": ["10.0.0.0/8", "x"]}
                                """))
                .containsExactly(
                        "cniVersion '9.0.0' is not one of 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0,"
                                + " 1.1.0",
                        "key 'service_hijack_subnet[1]': value 'x' is not allowed: want an element of"
                                + " a list of CIDRs such as 10.244.0.0/18 or fd00::/64",
                        "key 'migrate_route': value 7 is not allowed: want a whole number from -1 to"
                                + " 1",
                        "key 'skip_cal': value true is not supported: did you mean 'skip_call'?",
                        "key 'leftover': value {'a':1} is not supported: it is not known here");
    }

    @Test
    void configurationOfAnotherPluginIsAProblem() {
        assertThat(problemsOf("{\"type\": \"macvlan\"}"))
                .containsExactly("key 'type': value 'macvlan' is not allowed: want 'echo'");
        assertThat(problemsOf("{}")).containsExactly("key 'type': it is missing: want 'echo'");
    }

    @Test
    void chainIsValid() {
        assertThat(
                        validate(
                                """
                                {"cniVersion": "1.0.0", "name": "lan",
                                 "plugins": [{"type": "macvlan", "whatever": 1}, {"type": "echo"}]}
                                """))
                .isEqualTo(new Execution(0, "valid\n", ""));
    }

    @Test
    void problemsInAChainAreNamedWithTheirPlace() {
        assertThat(
                        problemsOf(
                                """
                                {"cniVersion": "1.0.0", "name": "../lan",
                                 "plugins": [{"type": "echo"}, {"type": "macvlan"}, {"x": 1},
                                             {"type": "echo", "skip_call": "yes"}]}
                                """))
                .containsExactly(
                        "key 'name': value '../lan' is not allowed: want the network's name: 1 to 200"
                                + " letters, digits, '_', '.' and '-', the first a letter or a digit",
                        "plugins[0]: echo is the first of its chain: want it in 'plugins' behind the"
                                + " plugin that makes the interface",
                        "plugins[2]: key 'type': it is missing: want the name of a plugin",
                        "plugins[3]: key 'skip_call': value 'yes' is not allowed: want true or false");
    }

    @Test
    void chainWithoutThePluginIsAProblem() {
        assertThat(problemsOf("{\"name\": \"lan\", \"plugins\": [{\"type\": \"macvlan\"}]}"))
                .containsExactly("key 'plugins': want one of type 'echo'");
        assertThat(problemsOf("{\"name\": \"lan\", \"plugins\": {}}"))
                .containsExactly(
                        "key 'plugins': value {} is not allowed: want a list of objects",
                        "key 'plugins': want one of type 'echo'");
        assertThat(problemsOf("{\"name\": \"lan\", \"plugins\": [1]}"))
                .contains("key 'plugins[0]': value 1 is not allowed: want an object");
    }

    private static String definition(String config) {
        return """
        {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
         "metadata": {"name": "lan", "namespace": "default"}, "spec": {"config": %s}}
        """
                .formatted(config);
    }

    @Test
    void definitionNeedsNoNameInsideItsConfiguration() {
        assertThat(
                        validate(
                                definition(
                                        "\"{\\\"plugins\\\": [{\\\"type\\\": \\\"macvlan\\\"},"
                                                + " {\\\"type\\\": \\\"echo\\\"}]}\"")))
                .isEqualTo(new Execution(0, "valid\n", ""));
    }

    @Test
    void problemsInADefinitionAreNamedWithTheirPlace() {
        assertThat(
                        problemsOf(
                                definition(
                                        "\"{\\\"plugins\\\": [{\\\"type\\\": \\\"macvlan\\\"},"
                                                + " {\\\"type\\\": \\\"echo\\\", \\\"x\\\": 1}]}\"")))
                .containsExactly(
                        "spec.config: plugins[1]: key 'x': value 1 is not supported: it is not known"
                                + " here");
        assertThat(problemsOf(definition("\"{\\\"type\\\": \\\"echo\\\"}\"")))
                .singleElement()
                .asString()
                .startsWith("spec.config: echo is the first of its chain");
        assertThat(problemsOf(definition("\"{\"")))
                .singleElement()
                .asString()
                .startsWith("key 'spec.config': failed to decode content: ");
        assertThat(problemsOf(definition("5")))
                .containsExactly(
                        "key 'spec.config': value 5 is not allowed: want a network configuration as"
                                + " text");
    }

    @Test
    void whatIsNoJsonIsToldOnStandardError() {
        Execution execution = validate("{");

        assertThat(execution.status()).isEqualTo(1);
        assertThat(execution.stdout()).isEmpty();
        assertThat(execution.stderr()).startsWith("echo: failed to decode content: ");
    }
}

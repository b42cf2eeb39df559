package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes in, one error object goes out, with the code that SPEC.md gives it, and the kernel
 * stays as it was.
 */
class BadInputTest {
    private static final int DECODING = 6;
    private static final int INVALID_CONFIGURATION = 7;

    @Nested
    @DisplayName("router")
    class ToRouter extends Refusing {
        ToRouter() {
            super(Scenario.ROUTER);
        }

        @Test
        void aPodThatIsNotAsTheConfigurationSupposesIsError100() {
            ObjectNode config = goodConfiguration();
            config.put("overlay_interface", "eth7");

            assertThat(refusal(100, config.toString())).contains("eth7");
        }

        @Test
        void aStatementThatTheKernelRefusesIsError101() {
            String hops = "172.18.0.2 nexthop via 169.254.1.1 dev eth0 nexthop dev net1";
            pod().inPod("ip route add " + hops);

            assertThat(refusal(101, goodConfiguration().toString()))
                    .contains("172.18.0.2", "EEXIST");
            pod().inPod("ip route delete 172.18.0.2");
        }
    }

    @Nested
    @DisplayName("veth")
    class ToVeth extends Refusing {
        ToVeth() {
            super(Scenario.VETH);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Refusing {

        private final String plugin;
        private final Attachment attachment;
        private final PodOfManyNics pod;
        private final String good;

        Refusing(Scenario scenario) {
            this.plugin = scenario.plugin();
            this.attachment = scenario.attachment();
            this.pod = scenario.open();
            pod.addByMacvlanAlone(scenario.first());
            this.good = pod.runtime().configuration(attachment, plugin).toString();
        }

        PodOfManyNics pod() {
            return pod;
        }

        String refusal(int code, String stdin) {
            return assertRefused(code, stdin, attachment.environment());
        }

        ObjectNode goodConfiguration() {
            return pod.runtime().configuration(attachment, plugin);
        }

        @AfterAll
        void close() {
            pod.close();
        }

        @ParameterizedTest(name = "{0} is error {1}")
        @MethodSource("texts")
        void text(String kind, int code, String stdin) {
            assertRefused(code, stdin, attachment.environment());
        }

        List<Arguments> texts() {
            String twice = good.replaceFirst("\\{", "{\"name\": \"other\", ");
            String nested = "[".repeat(5_000) + "]".repeat(5_000);
            return List.of(
                    Arguments.of("nothing", DECODING, ""),
                    Arguments.of("truncated text", DECODING, good.substring(0, good.length() / 2)),
                    Arguments.of("text after the object", DECODING, good + "{}"),
                    Arguments.of("a list", DECODING, "[" + good + "]"),
                    Arguments.of("a key given twice", DECODING, twice),
                    Arguments.of(
                            "deep nesting",
                            DECODING,
                            good.replaceFirst("\\{", "{\"x\": " + nested + ", ")),
                    Arguments.of(
                            "2 MiB of text",
                            DECODING,
                            good.replaceFirst("\\{", "{\"x\": \"" + "x".repeat(2 << 20) + "\", ")),
                    Arguments.of("a NUL", DECODING, good.replaceFirst("macvlan-overlay", "\0")),
                    Arguments.of(
                            "a name with a slash",
                            INVALID_CONFIGURATION,
                            good.replaceFirst("macvlan-overlay", "../../etc")),
                    Arguments.of(
                            "an unknown version",
                            1,
                            good.replaceFirst(
                                    "\"cniVersion\":\"1.0.0\"", "\"cniVersion\":\"9.9.9\"")));
        }

        @Test
        void bytesThatAreNotUtf8AreRefused() {
            List<String> before = pictures();

            Shell.Output output =
                    pod.cluster()
                            .sandbox()
                            .execute(
                                    "node1",
                                    List.of(
                                            "sh",
                                            "-c",
                                            "sed 's/macvlan-overlay/\\xc3\\x28\\xff/' | \"$0\"",
                                            Plugins.unpacked().executable(plugin)),
                                    good,
                                    with("CNI_COMMAND", "ADD"));

            assertError(output, DECODING);
            assertThat(pictures()).containsExactlyElementsOf(before);
        }

        @ParameterizedTest(name = "{0}: {1} is error {2} and named")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        service_hijack_subnet  | ["10.244.64.0/33"]        | 7
                        service_hijack_subnet  | []                        | 7
                        overlay_hijack_subnet  | "10.244.0.0/18"           | 7
                        migrate_route          | 2                         | 7
                        host_rule_table        | 0                         | 7
                        rp_filter              | {"value": 3}              | 7
                        mac_prefix             | "01:00"                   | 7
                        servce_hijack_subnet   | ["10.244.64.0/18"]        | 2
                        prevResult             | {"cniVersion": "1.0.0", "ips": "none"} | 6
                        """)
        void key(String key, String value, int code) throws IOException {
            ObjectNode config = (ObjectNode) new ObjectMapper().readTree(good);
            config.set(key, new ObjectMapper().readTree(value));

            assertThat(assertRefused(code, config.toString(), attachment.environment()))
                    .contains(key);
        }

        @ParameterizedTest(name = "{0}={1} is error {2}")
        @CsvSource({
            "CNI_NETNS, /run/netns/nobody, 4",
            "CNI_NETNS, /etc/passwd, 4",
            "CNI_NETNS, , 4",
            "CNI_CONTAINERID, , 4",
            "CNI_CONTAINERID, ../up, 4",
            "CNI_IFNAME, , 4",
            "CNI_IFNAME, a-name-that-is-too-long, 4",
            "CNI_IFNAME, net/1, 4",
            "CNI_COMMAND, JUMP, 4",
        })
        void environment(String variable, @Nullable String value, int code) {
            String text = value == null ? "" : value;
            assertThat(assertRefused(code, good, with(variable, text))).contains(variable);
        }

        private Map<String, String> with(String variable, String value) {
            Map<String, String> environment = new HashMap<>(attachment.environment());
            environment.put(variable, value);
            return environment;
        }

        /** Gives all that the error says. */
        private String assertRefused(int code, String stdin, Map<String, String> environment) {
            List<String> before = pictures();

            Shell.Output output =
                    pod.runtime()
                            .attempt(
                                    environment.getOrDefault("CNI_COMMAND", "ADD"),
                                    plugin,
                                    stdin,
                                    environment);

            String said = assertError(output, code);
            assertThat(pictures()).containsExactlyElementsOf(before);
            return said;
        }

        private static String assertError(Shell.Output output, int code) {
            assertThat(output.status()).as("exit status").isNotZero();
            JsonNode error;
            try {
                error = new ObjectMapper().readTree(output.stdout());
            } catch (IOException e) {
                throw new AssertionError("not one JSON document: " + output, e);
            }
            assertThat(error.path("code").asInt()).as(output.stdout()).isEqualTo(code);
            assertThat(error.path("msg").asText()).isNotEmpty();
            assertThat(error.path("cniVersion").asText()).isNotEmpty();
            return error.path("msg").asText() + " " + error.path("details").asText();
        }

        private List<String> pictures() {
            List<String> both = new ArrayList<>(pod.cluster().picture("pod"));
            both.addAll(pod.cluster().picture("node1"));
            return both;
        }
    }
}

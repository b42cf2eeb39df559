package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerTest {
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

    @ParameterizedTest
    @CsvSource({
        "CHECK, 0.3.1, 0.4.0",
        "CHECK, '', 0.4.0",
        "STATUS, 1.0.0, 1.1.0",
        "GC, 1.0.0, 1.1.0"
    })
    void verbThatTheVersionDoesNotHaveIsRefused(String verb, String version, String since) {
        Execution execution =
                Execution.of(plugin, Execution.environment(verb), CONFIG.replace("1.1.0", version));

        assertThat(execution.details(1)).contains(verb).endsWith("want " + since + " or newer");
        assertThat(execution.answer().get("cniVersion").textValue())
                .isEqualTo(version.isEmpty() ? "0.1.0" : version);
        assertThat(plugin.requests()).isEmpty();
    }

    @Test
    void versionThatNobodyHereSpeaksIsRefusedWithTheListOfThoseWeDo() {
        Execution execution =
                Execution.of(
                        plugin, Execution.environment("DEL"), CONFIG.replace("1.1.0", "2.0.0"));

        assertThat(execution.details(1))
                .isEqualTo(
                        "cniVersion '2.0.0' is not one of 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0,"
                                + " 1.1.0");
    }

    @ParameterizedTest
    @EnumSource
    void answersAndFailsInTheVersionOfTheConfiguration(CniVersion version) {
        String config = CONFIG.replace("1.1.0", version.toString());

        Execution added =
                Execution.of(plugin, Execution.environment("ADD"), typed(config, version));
        plugin.failWith(new CniException(ErrorCode.TRY_AGAIN_LATER, "not yet"));
        Execution failed = Execution.of(plugin, Execution.environment("DEL"), config);

        assertThat(added.status()).as(added.stdout()).isZero();
        assertThat(added.answer().get("cniVersion").textValue()).isEqualTo(version.toString());
        assertThat(failed.details(11)).isEqualTo("not yet");
        assertThat(failed.answer().get("cniVersion").textValue()).isEqualTo(version.toString());
    }

    /** Before 0.3.0 a previous result has another form. */
    private static String typed(String config, CniVersion version) {
        return version.isAtLeast(CniVersion.V0_3_0)
                ? config
                : "{\"cniVersion\": \""
                        + version
                        + "\", \"name\": \"lan\", \"prevResult\":"
                        + " {\"ip4\": {\"ip\": \"10.1.0.5/16\"}}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "6 | `` | empty",
                "6 | { | line 1, column",
                "6 | [] | want a JSON object",
                "6 | {\"name\": \"lan\"} x | line 1, column",
                "6 | {\"name\": \"lan\", \"name\": \"lan\"} | 'name'",
                "6 | {\"name\": \"lan\", \"cniVersion\": 1} | key 'cniVersion': value 1",
                "6 | {\"name\": \"lan\", \"prevResult\": []} | key 'prevResult': value []",
                "6 | {\"name\": \"lan\", \"prevResult\": {\"ip4\": 7}} | key 'prevResult.ip4': value 7",
                "1 | {\"name\": \"lan\", \"prevResult\": {\"cniVersion\": \"7.0.0\"}} | 7.0.0",
                "7 | {} | key 'name': it is missing",
                "7 | {\"name\": \"\"} | key 'name': value ''",
                "7 | {\"name\": \"a/b\"} | key 'name': value 'a/b'",
                "7 | {\"name\": 1} | key 'name': value 1",
                "7 | {\"name\": \"lan\", \"type\": 1} | key 'type': value 1",
                "7 | {\"name\": \"lan\", \"type\": \"echo\"} | key 'prevResult': it is missing",
                "7 | {\"name\": \"lan\", \"skip_call\": 1, \"migrate_route\": 2} | key 'skip_call': value 1",
                "7 | {\"name\": \"lan\", \"skip_call\": 1, \"migrate_route\": 2} | key 'migrate_route': value 2"
            })
    void badInputIsOneErrorObjectThatNamesWhatIsWrong(int code, String input, String details) {
        Execution execution = Execution.of(plugin, Execution.environment("ADD"), input);

        assertThat(execution.details(code)).contains(details);
        assertThat(execution.stderr()).isEmpty();
    }

    @Test
    void inputThatIsTooLongIsRefusedWithTheLimit() {
        Execution execution =
                Execution.of(
                        plugin,
                        Execution.environment("ADD"),
                        "{\"name\": \"" + "a".repeat(2_000_000) + "\"}");

        assertThat(execution.details(6)).contains("1048576");
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

    @Test
    void statusThatIsNotReadyTellsWhy() {
        plugin.failWith(new CniException(ErrorCode.NOT_AVAILABLE, "no kernel"));

        Execution execution = Execution.of(plugin, Map.of("CNI_COMMAND", "STATUS"), CONFIG);

        assertThat(execution.details(50)).isEqualTo("no kernel");
    }

    @Test
    void errorOfThePluginsOwnKindKeepsItsCodeAndMessage() {
        Throwable cause = new IllegalStateException("for the log");
        plugin.failWith(CniException.ofPlugin(100, "deviations", "rule 1000 is gone", cause));

        Execution execution = Execution.of(plugin, Execution.environment("CHECK"), CONFIG);

        assertThat(execution.stdout())
                .isEqualTo(
                        "{\"cniVersion\":\"1.1.0\",\"code\":100,\"msg\":\"deviations\","
                                + "\"details\":\"rule 1000 is gone\"}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{\"cniVersion\": \"9.9.9\"}", "{\"cniVersion\": 5}"})
    void versionNeedsNoInput(String input) {
        Execution execution = Execution.of(plugin, Map.of("CNI_COMMAND", "VERSION"), input);

        assertThat(execution.status()).isZero();
        assertThat(execution.answer().get("cniVersion").textValue()).isEqualTo("1.1.0");
        assertThat(execution.answer().get("supportedVersions")).hasSize(7);
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
}

package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigReaderTest {
    private static List<String> problemsOf(String json, Consumer<ConfigReader> reading) {
        ConfigReader reader = ConfigReader.parse(json.replace('\'', '"'));
        reading.accept(reader);
        return reader.problems().stream().map(Problem::text).toList();
    }

    @Test
    void readsEachTypeAndGivesFallbacksForWhatIsAbsent() {
        ConfigReader reader =
                ConfigReader.parse(
                        """
                        {"flag": true, "number": -1, "text": "x", "nics": ["net1"], "nothing": null,
                         "subnets": ["10.96.0.0/12", "fd00::/64"], "wait": "1m30s", "mode": "fast",
                         "nested": {"deep": {"value": 4294967295}}, "rows": [{"id": 1}, {"id": 2}]}
                        """);

        assertThat(reader.key("flag").bool(false)).isTrue();
        assertThat(reader.key("number").integer(-1, 1, 0)).isEqualTo(-1);
        assertThat(reader.key("text").text("")).isEqualTo("x");
        assertThat(reader.key("nics").list("names", InterfaceName::new))
                .containsExactly(new InterfaceName("net1"));
        assertThat(reader.key("subnets").cidrs())
                .containsExactly(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00::/64"));
        assertThat(reader.key("wait").duration(Duration.ZERO, Duration.ofHours(1), Duration.ZERO))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(reader.key("mode").oneOf(Map.of("fast", 1, "slow", 2), 0)).isEqualTo(1);
        assertThat(
                        reader.key("nested")
                                .object()
                                .key("deep")
                                .object()
                                .key("value")
                                .wholeNumber(0, 0xffff_ffffL))
                .isEqualTo(0xffff_ffffL);
        assertThat(reader.key("rows").objects())
                .extracting(row -> row.key("id").integer(0, 9, 0))
                .containsExactly(1, 2);
        assertThat(reader.key("nothing").isPresent()).isFalse();
        assertThat(reader.key("absent").bool(true)).isTrue();
        assertThat(reader.key("missing").integer(0, 9, 7)).isEqualTo(7);
        assertThat(reader.key("gone").cidrs()).isEmpty();
        assertThat(reader.key("hole").object().key("in").text("it")).isEqualTo("it");
        reader.finish();
        assertThat(reader.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bool | \"true\" | true or false",
                "bool | 1 | true or false",
                "integer | 8 | a whole number from -1 to 7",
                "integer | -2 | a whole number from -1 to 7",
                "integer | \"1\" | a whole number",
                "integer | 1.0 | a whole number",
                "integer | 0.5 | a whole number",
                "integer | true | a whole number",
                "integer | 99999999999999999999999 | a whole number",
                "integer | [1] | a whole number",
                "text | 1 | a string",
                "cidrs | \"10.0.0.0/8\" | a list of CIDRs",
                "duration | \"1\" | a duration such as",
                "duration | \"61m\" | from 1ms to 1h",
                "duration | \"0s\" | from 1ms to 1h",
                "duration | \"-1s\" | a duration such as",
                "duration | 1 | a duration such as",
                "choice | \"FAST\" | one of fast, slow",
                "object | [] | an object",
                "objects | {} | a list of objects"
            })
    void namesTheKeyItsValueAndWhatIsAllowed(String type, String value, String want) {
        assertThat(problemsOf("{\"key\": " + value + "}", reader -> read(type, reader.key("key"))))
                .singleElement()
                .asString()
                .startsWith(
                        "key 'key': value " + value.replace('"', '\'') + " is not allowed: want ")
                .contains(want);
    }

    private static void read(String type, ConfigKey key) {
        switch (type) {
            case "bool" -> assertThat(key.bool(true)).isTrue();
            case "integer" -> assertThat(key.integer(-1, 7, 5)).isEqualTo(5);
            case "text" -> assertThat(key.text("y")).isEqualTo("y");
            case "cidrs" -> assertThat(key.cidrs()).isEmpty();
            case "duration" ->
                    assertThat(
                                    key.duration(
                                            Duration.ofMillis(1),
                                            Duration.ofHours(1),
                                            Duration.ofSeconds(1)))
                            .isEqualTo(Duration.ofSeconds(1));
            case "choice" -> assertThat(key.oneOf(Map.of("fast", 1, "slow", 2), 0)).isZero();
            case "object" -> assertThat(key.object().key("x").bool(true)).isTrue();
            case "objects" -> assertThat(key.objects()).isEmpty();
            default -> throw new IllegalArgumentException(type);
        }
    }

    @Test
    void namesTheElementOfAListThatIsWrong() {
        assertThat(
                        problemsOf(
                                "{'subnets': ['10.0.0.0/8', '10.0.0.0/33', 5]}",
                                reader ->
                                        assertThat(reader.key("subnets").cidrs())
                                                .containsExactly(Cidr.parse("10.0.0.0/8"))))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("key 'subnets[1]': value '10.0.0.0/33' is not allowed: want");
    }

    @Test
    void finishTellsAllProblemsAtOnce() {
        ConfigReader reader =
                ConfigReader.parse("{\"a\": 1, \"b\": {\"c\": \"x\"}, \"log_options\": 5}");
        reader.key("a").bool(false);
        reader.key("b").object().key("c").integer(0, 1, 0);
        reader.key("d").refuse("a CIDR");

        assertThatThrownBy(reader::finish)
                .isInstanceOfSatisfying(CniException.class, e -> assertThat(e.code()).isEqualTo(7))
                .hasMessageContaining("key 'a': value 1 is not allowed: want true or false")
                .hasMessageContaining("key 'b.c': value 'x'")
                .hasMessageContaining("key 'd': it is missing: want a CIDR")
                .hasMessageContaining("key 'log_options': value 5 is not allowed");
    }

    @Test
    void aliasGivesTheValueUnderItsOwnName() {
        ConfigReader reader = ConfigReader.parse("{\"serviceCIDR\": [\"x\"]}");

        reader.key("service_hijack_subnet", "serviceCIDR").cidrs();

        assertThat(reader.problems())
                .singleElement()
                .asString()
                .startsWith("key 'serviceCIDR[0]': value 'x'");
    }

    @Test
    void keyGivenBothWaysWithTheSameValueIsFine() {
        ConfigReader reader = ConfigReader.parse("{\"a\": [1], \"b\": [1]}");

        assertThat(reader.key("a", "b").isPresent()).isTrue();

        reader.finish();
    }

    @Test
    void keyGivenBothWaysWithDifferentValuesIsAProblem() {
        assertThat(problemsOf("{'a': 1, 'b': 2}", reader -> reader.key("a", "b")))
                .containsExactly(
                        "keys 'a' and 'b': values 1 and 2 are not allowed: they mean the same, want"
                                + " one of them");
    }

    @Test
    void keyGivenByTwoAliasesWithDifferentValuesIsAProblem() {
        assertThat(problemsOf("{'b': 1, 'c': 2}", reader -> reader.key("a", "b", "c")))
                .singleElement()
                .asString()
                .startsWith("keys 'b' and 'c': values 1 and 2");
    }

    @ParameterizedTest
    @CsvSource({
        "servce_hijack_subnet, service_hijack_subnet",
        "service_hijack_subnets, service_hijack_subnet",
        "servcie_hijack_subnet, service_hijack_subnet",
        "service-hijack-subnet, service_hijack_subnet",
        "Service_Hijack_Subnet, service_hijack_subnet",
        "serviceHijackSubnet, service_hijack_subnet",
        "sriof, sriov",
        "SRIOV, sriov",
        "cniversion, cniVersion",
        "prevresult, prevResult",
        "log_option, log_options"
    })
    void nearMissIsAnUnsupportedFieldThatNamesTheKeyMeant(String given, String meant) {
        ConfigReader reader = ConfigReader.parse("{\"" + given + "\": \"v\"}");
        reader.key("service_hijack_subnet").cidrs();
        reader.key("sriov").bool(false);

        assertThatThrownBy(reader::finish)
                .isInstanceOfSatisfying(CniException.class, e -> assertThat(e.code()).isEqualTo(2))
                .hasMessageContaining(
                        "key '"
                                + given
                                + "': value 'v' is not supported: did you mean '"
                                + meant
                                + "'?");
        assertThat(reader.warnings()).isEmpty();
    }

    @Test
    void nearMissInANestedObjectIsNamedWithItsPath() {
        ConfigReader reader = ConfigReader.parse("{\"rp_filter\": {\"valeu\": 1}}");
        reader.key("rp_filter").object().key("value").integer(0, 2, 2);

        assertThatThrownBy(reader::finish)
                .hasMessageContaining("key 'rp_filter.valeu'")
                .hasMessageContaining("did you mean 'value'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vendor", "sri", "mtu", "iov", "hijack", "master", "mode"})
    void otherKeysAreWarnings(String key) {
        ConfigReader reader = ConfigReader.parse("{\"" + key + "\": [1, 2]}");
        reader.key("service_hijack_subnet").cidrs();
        reader.key("sriov").bool(false);

        reader.finish();

        assertThat(reader.warnings())
                .extracting(Problem::text)
                .containsExactly(
                        "key '" + key + "': value [1,2] is not supported: it is not known here");
    }

    @Test
    void keyOfAnotherPluginIsAWarningHoweverItIsSpelt() {
        ConfigReader reader = ConfigReader.parse("{\"hostRPFilter\": 0}");
        reader.key("host_rp_filter").integer(0, 2, 0);
        reader.keysWithoutEffect("hostRPFilter");

        reader.finish();

        assertThat(reader.warnings()).hasSize(1);
    }

    @Test
    void keysOfTheProtocolAreKnown() {
        ConfigReader reader =
                ConfigReader.parse(
                        """
                        {"cniVersion": "1.1.0", "cniVersions": [], "name": "x", "type": "y", "ipam": {},
                         "dns": {}, "prevResult": {}, "capabilities": {}, "runtimeConfig": {"mac": "x"},
                         "args": {}, "disableCheck": true, "disableGC": true, "ipMasq": true,
                         "loadOnlyInlinedPlugins": false, "cni.dev/valid-attachments": [],
                         "cni.dev/whatever": 1,
                         "log_options": {"log_level": "Warning", "log_file": "/x/y.log"}}
                        """);

        reader.finish();

        assertThat(reader.warnings()).isEmpty();
    }

    @Test
    void logOptionsAreCheckedForEveryPlugin() {
        assertThat(
                        problemsOf(
                                "{'log_options': {'log_level': 'loud', 'log_file': 'x.log',"
                                        + " 'log_max_size': 0, 'log_max_age': -1,"
                                        + " 'log_max_count': '5', 'log_fil': 1}}",
                                reader -> {}))
                .hasSize(6)
                .allMatch(problem -> problem.startsWith("key 'log_options.log_"));
    }

    @Test
    void longValuesAreCut() {
        assertThat(
                        problemsOf(
                                "{'a': '" + "x".repeat(5_000) + "'}",
                                reader -> reader.key("a").bool(false)))
                .singleElement()
                .asString()
                .hasSizeLessThan(250)
                .contains("xxx…");
    }
}

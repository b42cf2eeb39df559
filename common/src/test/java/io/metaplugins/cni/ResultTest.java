package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.json.Json;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import io.metaplugins.net.TableId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResultTest {
    private static final String DNS =
            """
            "dns": {"nameservers": ["10.1.0.1", "fd00::1"], "domain": "cluster.local",
                    "search": ["svc.cluster.local"], "options": ["ndots:5"]}
            """;

    /** One address of each family, which every version can express, in the form of each. */
    private static String addresses(CniVersion version) {
        return switch (version) {
            case V0_1_0, V0_2_0 ->
                    """
                    {"cniVersion": "%s",
                     "ip4": {"ip": "10.1.0.5/16", "gateway": "10.1.0.1",
                             "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.2.0.0/16", "gw": "10.1.0.9"}]},
                     "ip6": {"ip": "fd00:1::5/64", "gateway": "fd00:1::1",
                             "routes": [{"dst": "::/0", "gw": "fd00:1::1"}]},
                     %s}
                    """
                            .formatted(version, DNS);
            case V0_3_0, V0_3_1, V0_4_0 ->
                    """
                    {"cniVersion": "%s",
                     "ips": [{"version": "4", "address": "10.1.0.5/16", "gateway": "10.1.0.1"},
                             {"version": "6", "address": "fd00:1::5/64", "gateway": "fd00:1::1"}],
                     "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.2.0.0/16", "gw": "10.1.0.9"},
                                {"dst": "::/0", "gw": "fd00:1::1"}],
                     %s}
                    """
                            .formatted(version, DNS);
            case V1_0_0, V1_1_0 ->
                    """
                    {"cniVersion": "%s",
                     "ips": [{"address": "10.1.0.5/16", "gateway": "10.1.0.1"},
                             {"address": "fd00:1::5/64", "gateway": "fd00:1::1"}],
                     "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.2.0.0/16", "gw": "10.1.0.9"},
                                {"dst": "::/0", "gw": "fd00:1::1"}],
                     %s}
                    """
                            .formatted(version, DNS);
        };
    }

    static Stream<Arguments> pairsOfVersions() {
        return Arrays.stream(CniVersion.values())
                .flatMap(from ->
                        Arrays.stream(CniVersion.values()).map(to -> Arguments.of(from, to)));
    }

    static Stream<Arguments> pairsFromCurrentVersions() {
        return pairsOfVersions()
                .filter(pair -> ((CniVersion) pair.get()[0]).isAtLeast(CniVersion.V1_0_0));
    }

    @ParameterizedTest
    @MethodSource("pairsOfVersions")
    void convertsAddressesRoutesAndDnsBetweenAnyTwoVersions(CniVersion from, CniVersion to) {
        Result result = Result.parse(addresses(from), CniVersion.V0_1_0);

        assertThat(result.toJson(to)).isEqualTo(plain(addresses(to)));
    }

    /** An attachment with all that its version defines. */
    private static String whole(CniVersion version) {
        boolean extended = version.isAtLeast(CniVersion.V1_0_0);
        return """
        {"cniVersion": "%s",
         "interfaces": [
           {"name": "cali1", "mac": "ee:ee:ee:ee:ee:ee"},
           {"name": "net1", "mac": "02:00:00:00:00:01"%s, "sandbox": "/run/netns/blue"%s}],
         "ips": [{%s"interface": 1, "address": "172.18.24.120/16", "gateway": "172.18.0.1"},
                 {%s"interface": 1, "address": "172.18.24.121/16"}],
         "routes": [{"dst": "0.0.0.0/0", "gw": "172.18.0.1", "mtu": 1400, "advmss": 1360,
                     "priority": 4294967295, "table": 101, "scope": 253}]}
        """
                .formatted(
                        version,
                        extended ? ", \"mtu\": 9000" : "",
                        extended
                                ? ", \"socketPath\": \"/run/vhost\", \"pciID\": \"0000:00:1f.6\""
                                : "",
                        extended ? "" : "\"version\": \"4\", ",
                        extended ? "" : "\"version\": \"4\", ");
    }

    @ParameterizedTest
    @MethodSource("pairsFromCurrentVersions")
    void convertsAWholeAttachmentToWhatEachVersionHasOfIt(CniVersion from, CniVersion to) {
        Result result = Result.parse(whole(from), CniVersion.V0_1_0);

        assertThat(result.toJson(to))
                .isEqualTo(
                        to.isAtLeast(CniVersion.V0_3_0)
                                ? plain(whole(to))
                                : plain(
                                        """
                                        {"cniVersion": "%s",
                                         "ip4": {"ip": "172.18.24.120/16", "gateway": "172.18.0.1",
                                                 "routes": [{"dst": "0.0.0.0/0", "gw": "172.18.0.1"}]}}
                                        """
                                                .formatted(to)));
    }

    @Test
    void readsEveryFieldOfTheNewestVersion() {
        Result result = Result.parse(whole(CniVersion.V1_1_0), CniVersion.V0_1_0);

        assertThat(result.interfaces())
                .containsExactly(
                        new Result.Interface(
                                "cali1", MacAddress.parse("ee:ee:ee:ee:ee:ee"), null, null),
                        new Result.Interface(
                                "net1",
                                "02:00:00:00:00:01",
                                9000L,
                                "/run/netns/blue",
                                "/run/vhost",
                                "0000:00:1f.6",
                                Extra.NONE));
        assertThat(result.ips())
                .containsExactly(
                        new Result.Ip(
                                1, Cidr.parse("172.18.24.120/16"), IpAddress.parse("172.18.0.1")),
                        new Result.Ip(1, Cidr.parse("172.18.24.121/16"), null));
        assertThat(result.routes())
                .containsExactly(
                        new Result.Route(
                                Cidr.parse("0.0.0.0/0"),
                                IpAddress.parse("172.18.0.1"),
                                1400L,
                                1360L,
                                4294967295L,
                                new TableId(101),
                                253,
                                Extra.NONE));
        assertThat(result.dns()).isEqualTo(Result.Dns.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"V0_3_0", "V0_3_1", "V0_4_0", "V1_0_0", "V1_1_0"})
    void handsOnWhatNobodyDefined(CniVersion version) {
        String json =
                """
                {"cniVersion": "%s", "vendor": {"a": [1, 2.50, null, true]},
                 "interfaces": [{"name": "net1", "mtu": 1400, "queue": 5, "pciID": "0000:00:1f.6"}],
                 "ips": [{"version": "4", "address": "10.1.0.5/16", "label": "x"}],
                 "routes": [{"dst": "0.0.0.0/0", "table": 0, "onlink": true}],
                 "dns": {"vendor": 1e400}}
                """
                        .formatted(version);

        String written = Result.parse(json, CniVersion.V0_1_0).toJson(version);

        assertThat(written)
                .contains(
                        "\"vendor\":{\"a\":[1,2.50,null,true]}",
                        "\"mtu\":1400",
                        "\"pciID\":\"0000:00:1f.6\"",
                        "\"queue\":5",
                        "\"version\":\"4\"",
                        "\"label\":\"x\"",
                        "\"table\":0",
                        "\"onlink\":true",
                        "\"dns\":{\"vendor\":1E+400}");
        assertThat(Result.parse(written, version)).isEqualTo(Result.parse(json, version));
    }

    @Test
    void resultOfAnOldVersionHandsOnWhatNobodyDefined() {
        String json =
                plain(
                        """
                        {"cniVersion": "0.2.0",
                         "ip4": {"ip": "10.1.0.5/16", "routes": [{"dst": "0.0.0.0/0", "mtu": 1}], "x": 1},
                         "interfaces": "whatever"}
                        """);

        assertThat(Result.parse(json, CniVersion.V1_1_0).toJson(CniVersion.V0_2_0)).isEqualTo(json);
    }

    @Test
    void resultWithoutVersionIsInThatOfItsConfiguration() {
        Result result = Result.parse("{\"ip4\": {\"ip\": \"10.1.0.5/16\"}}", CniVersion.V0_2_0);

        assertThat(result.ips())
                .containsExactly(new Result.Ip(null, Cidr.parse("10.1.0.5/16"), null));
    }

    @Test
    void interfaceWithoutAddressCannotBeExpressedInAnOldVersion() {
        Result result =
                Result.EMPTY.withInterfaces(
                        List.of(
                                new Result.Interface(
                                        "net1",
                                        MacAddress.parse("02:00:00:00:00:01"),
                                        null,
                                        null)));

        assertThatThrownBy(() -> result.toJson(CniVersion.V0_2_0))
                .isInstanceOfSatisfying(CniException.class, e -> assertThat(e.code()).isEqualTo(1))
                .hasMessageContaining("0.2.0");
    }

    @Test
    void emptyResultIsEmptyInEveryVersion() {
        for (CniVersion version : CniVersion.values()) {
            assertThat(Result.EMPTY.toJson(version))
                    .isEqualTo("{\"cniVersion\":\"" + version + "\"}");
            assertThat(Result.parse("{}", version)).isEqualTo(Result.EMPTY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'ips': [{'address': '10.0.0.1/33'}]} | result.ips[0].address | '10.0.0.1/33'",
                "{'ips': [{'address': '10.0.0.1'}]} | result.ips[0].address | '10.0.0.1'",
                "{'ips': [{'address': 7}]} | result.ips[0].address | 7",
                "{'ips': [{}]} | result.ips[0].address | missing",
                "{'ips': [{'address': '10.0.0.1/8', 'interface': 0}]} | result.ips[0].interface | 0",
                "{'ips': [{'address': '10.0.0.1/8', 'interface': -1}]} | result.ips[0].interface | -1",
                "{'ips': [{'address': '10.0.0.1/8', 'gateway': 'x'}]} | result.ips[0].gateway | 'x'",
                "{'ips': {}} | result.ips | {}",
                "{'ips': [null]} | result.ips[0] | null",
                "{'ips': ['10.0.0.1/8']} | result.ips[0] | '10.0.0.1/8'",
                "{'interfaces': [{}]} | result.interfaces[0].name | missing",
                "{'interfaces': [{'name': 1}]} | result.interfaces[0].name | 1",
                "{'interfaces': [{'name': 'a', 'mtu': -1}]} | result.interfaces[0].mtu | -1",
                "{'interfaces': [{'name': 'a', 'mtu': 1.5}]} | result.interfaces[0].mtu | 1.5",
                "{'interfaces': [{'name': 'a', 'mtu': 99999999999999999999}]} |"
                        + " result.interfaces[0].mtu | 99999999999999999999",
                "{'routes': [{'dst': 'default'}]} | result.routes[0].dst | 'default'",
                "{'routes': [{'dst': '::/0', 'table': 4294967296}]} | result.routes[0].table |"
                        + " 4294967296",
                "{'routes': [{'dst': '::/0', 'scope': 256}]} | result.routes[0].scope | 256",
                "{'dns': 'x'} | result.dns | 'x'",
                "{'dns': {'search': [1]}} | result.dns.search[0] | 1"
            })
    void namesTheFieldThatIsWrongAndItsValue(String row) {
        String[] columns = row.split(" \\| ", -1);
        String json = columns[0].replace('\'', '"');

        assertThatThrownBy(() -> Result.parse(json, CniVersion.V1_1_0))
                .isInstanceOfSatisfying(CniException.class, e -> assertThat(e.code()).isEqualTo(6))
                .hasMessageContaining("'" + columns[1] + "'")
                .hasMessageContaining(columns[2])
                .hasMessageContaining("want ");
    }

    @Test
    void namesAllFieldsThatAreWrong() {
        assertThatThrownBy(() ->
                        Result.parse(
                                "{\"ip4\": {\"ip\": \"x\", \"gateway\": \"y\"},"
                                        + " \"ip6\": {\"ip\": \"10.0.0.1/8\"}}",
                                CniVersion.V0_2_0))
                .hasMessageContaining("'result.ip4.ip'")
                .hasMessageContaining("'result.ip4.gateway'")
                .hasMessageContaining("'result.ip6.ip'");
    }

    /** The text without the white space that makes it readable. */
    private static String plain(String json) {
        return Json.write(Input.decode(json));
    }
}

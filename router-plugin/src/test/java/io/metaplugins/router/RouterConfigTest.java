package io.metaplugins.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.TableId;
import io.metaplugins.pod.NicSettings;
import io.metaplugins.pod.NicSettings.MigrateRoute;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterConfigTest {
    private static final String SUBNETS =
            "'overlay_hijack_subnet': ['10.244.0.0/18'], 'service_hijack_subnet': ['10.244.64.0/18']";

    private static RouterConfig read(String json) {
        ConfigReader reader = ConfigReader.parse(json.replace('\'', '"'));
        RouterConfig config = RouterConfig.read(reader);
        reader.finish();
        return config;
    }

    private static CniException refusal(String json) {
        return catchThrowableOfType(CniException.class, () -> read(json));
    }

    @Test
    void hasTheDefaultsThatUsersOfTheKeysKnow() {
        RouterConfig config = read("{" + SUBNETS + "}");

        assertThat(config.overlayInterface()).isEqualTo(new InterfaceName("eth0"));
        assertThat(config.nic().hostRuleTable()).isEqualTo(new TableId(500));
        assertThat(config.nic().rulePriority()).isEqualTo(1000);
        assertThat(config.nic().migrateRoute()).isEqualTo(MigrateRoute.AUTO);
        assertThat(config.nic().reversePath()).isEqualTo(new NicSettings.ReversePath(true, 2));
        assertThat(config.sriov()).isFalse();
        assertThat(config.nic().skipCall()).isFalse();
        assertThat(config.nic().onlyMac()).isFalse();
        assertThat(config.nic().macPrefix()).isNull();
        assertThat(config.nic().conflict())
                .isEqualTo(new NicSettings.ConflictCheck(false, Duration.ofMillis(90), 3));
    }

    @Test
    void takesTheKeysOfSpiderpoolsCoordinator() {
        RouterConfig config =
                read(
                        """
                        {'overlayPodCIDR': ['10.244.0.0/18'], 'serviceCIDR': ['10.244.64.0/18'],
                         'hijackCIDR': ['169.254.0.0/16'], 'podDefaultCniNic': 'eth1',
                         'hostRuleTable': 501, 'podMACPrefix': '0a:1b'}
                        """);

        assertThat(config.nic().overlaySubnets()).containsExactly(Cidr.parse("10.244.0.0/18"));
        assertThat(config.nic().serviceSubnets()).containsExactly(Cidr.parse("10.244.64.0/18"));
        assertThat(config.nic().additionalSubnets()).containsExactly(Cidr.parse("169.254.0.0/16"));
        assertThat(config.overlayInterface()).isEqualTo(new InterfaceName("eth1"));
        assertThat(config.nic().hostRuleTable()).isEqualTo(new TableId(501));
        assertThat(config.nic().macPrefix()).isNotNull();
    }

    @Test
    void refusesAKeyGivenBothWaysWithDifferentValues() {
        CniException refusal =
                refusal("{" + SUBNETS + ", 'host_rule_table': 500, 'hostRuleTable': 501}");

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.details()).contains("host_rule_table", "hostRuleTable", "500", "501");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        CniException refusal =
                refusal(
                        """
                        {'overlay_hijack_subnet': ['10.244.0.0/33'], 'migrate_route': 7,
                         'rp_filter': {'value': 3}, 'mac_prefix': '01:00', 'host_rule_table': 254}
                        """);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.details())
                .contains("overlay_hijack_subnet", "10.244.0.0/33")
                .contains("service_hijack_subnet")
                .contains("migrate_route", "7", "from -1 to 1")
                .contains("rp_filter.value", "3", "from 0 to 2")
                .contains("mac_prefix", "01:00")
                .contains("host_rule_table", "254");
    }

    @Test
    void namesTheKeyThatAMisspeltOneIsMeantToBe() {
        CniException refusal =
                refusal("{" + SUBNETS + ", 'servce_hijack_subnet': ['10.96.0.0/12']}");

        assertThat(refusal.code()).isEqualTo(2);
        assertThat(refusal.details())
                .contains("servce_hijack_subnet", "10.96.0.0/12", "service_hijack_subnet");
    }

    @ParameterizedTest
    @CsvSource({
        "'overlay_hijack_subnet': [], overlay_hijack_subnet",
        "'migrate_route': '1', migrate_route",
        "'overlay_interface': 'a/b', overlay_interface",
        "'overlay_interface': 'sixteen-bytes-xx', overlay_interface",
        "'host_rule_table': 0, host_rule_table",
        "'rule_priority': 32764, rule_priority",
        "'sriov': 'yes', sriov",
        "'mac_prefix': '0a1b', mac_prefix",
        "'mac_prefix': '0a:1b:2c', mac_prefix",
        "'mac_prefix': '0a:1-', mac_prefix",
        "'only_op_mac': true, mac_prefix",
        "'ip_conflict': {'interval': '1 day'}, ip_conflict.interval",
        "'ip_conflict': {'retries': 0}, ip_conflict.retries",
        "'rp_filter': 2, rp_filter",
    })
    void refusesAValueOutOfRangeAndNamesItsKey(String entry, String key) {
        String json =
                entry.contains("overlay_hijack")
                        ? "{'service_hijack_subnet': ['10.244.64.0/18'], " + entry + "}"
                        : "{" + SUBNETS + ", " + entry + "}";

        CniException refusal = refusal(json);

        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.details()).contains("'" + key + "'");
    }

    @Test
    void needsNoSubnetsToSetAMacAddress() {
        RouterConfig config = read("{'mac_prefix': '0A-1b', 'only_op_mac': true}");

        assertThat(config.nic().onlyMac()).isTrue();
    }

    @Test
    void needsNoSubnetsIfItIsToDoNothing() {
        assertThat(read("{'skip_call': true}").nic().skipCall()).isTrue();
    }

    @Test
    void takesAnEmptyMacPrefixForNone() {
        assertThat(read("{" + SUBNETS + ", 'mac_prefix': ''}").nic().macPrefix()).isNull();
    }

    @Test
    void forgivesSpaceAroundSubnets() {
        RouterConfig config =
                read(
                        "{'overlay_hijack_subnet': [' 10.244.0.0/18 '], 'service_hijack_subnet': ['10.96.0.0/12']}");

        assertThat(config.nic().overlaySubnets()).containsExactly(Cidr.parse("10.244.0.0/18"));
    }
}

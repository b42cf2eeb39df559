package io.metaplugins.veth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.pod.MarkMask;
import io.metaplugins.pod.NicSettings.MigrateRoute;
import io.metaplugins.pod.NicSettings.PolicyRoute;
import io.metaplugins.pod.NicSettings.ReversePath;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VethConfigTest {
    private static final String SUBNETS =
            "'overlay_hijack_subnet': ['10.244.0.0/18'], 'service_hijack_subnet': ['10.244.64.0/18']";

    private static VethConfig read(String keys) {
        ConfigReader reader = ConfigReader.parse(("{" + SUBNETS + keys + "}").replace('\'', '"'));
        VethConfig config = VethConfig.read(reader);
        reader.finish();
        return config;
    }

    @Test
    void hasDefaults() {
        VethConfig config = read("");

        assertThat(config.linkAddress()).isNull();
        assertThat(config.mtu()).isNull();
        assertThat(config.nic().replyPath()).isTrue();
        assertThat(config.nic().replyMark()).isEqualTo(MarkMask.DEFAULT);
        assertThat(config.nic().gateway().enabled()).isFalse();
        assertThat(config.nic().policyRoutes()).isEmpty();
    }

    @Test
    void takesTheKeysOfSpiderpoolsCoordinator() {
        VethConfig config =
                read(
                        """
                        , 'vethLinkAddress': '169.254.100.1', 'vethMTU': 1400, 'txQueueLen': 1000,
                        'policyRoutes': [{'dst': '192.0.2.0/24', 'gw': '172.18.0.1'}],
                        'podDefaultRouteNic': 'net1', 'podRPFilter': 0, 'tunePodRoutes': false,
                        'detectIPConflict': true, 'detectGateway': true,
                        'detectOptions': {'retries': 5, 'interval': '20ms', 'timeout': '1s'}
                        """);

        assertThat(config.linkAddress()).isEqualTo(Cidr.parse("169.254.100.1/32"));
        assertThat(config.mtu()).isEqualTo(1400);
        assertThat(config.nic().txQueueLength()).isEqualTo(1000);
        assertThat(config.nic().policyRoutes())
                .containsExactly(
                        new PolicyRoute(Cidr.parse("192.0.2.0/24"), IpAddress.parse("172.18.0.1")));
        assertThat(config.nic().defaultRouteInterface()).isEqualTo(new InterfaceName("net1"));
        assertThat(config.nic().reversePath()).isEqualTo(new ReversePath(false, 0));
        assertThat(config.nic().migrateRoute()).isEqualTo(MigrateRoute.NEVER);
        assertThat(config.nic().conflict().enabled()).isTrue();
        assertThat(config.nic().conflict().interval()).isEqualTo(Duration.ofMillis(20));
        assertThat(config.nic().gateway().required()).isTrue();
        assertThat(config.nic().gateway().retries()).isEqualTo(5);
    }

    @Test
    void leavesThePodsReversePathFilterAloneWhereCoordinatorDoes() {
        assertThat(read(", 'podRPFilter': -1").nic().reversePath())
                .isEqualTo(new ReversePath(false, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'veth_mtu': 67 | veth_mtu",
                "'veth_mtu': 70000 | veth_mtu",
                "'veth_link_address': 'here' | veth_link_address",
                "'reply_path': 'yes' | reply_path",
                "'reply_mark': '0x5' | reply_mark",
                "'reply_mark': '0x1' | reply_mark",
                "'reply_mark': '255' | reply_mark",
                "'reply_mark': '0xfffffffff' | reply_mark",
                "'tx_queue_len': -1 | tx_queue_len",
                "'policy_routes': [{'dst': '192.0.2.0/24'}] | policy_routes[0].gw",
                "'policy_routes': [{'gw': '172.18.0.1'}] | policy_routes[0].dst",
                "'policy_routes': [{'dst': '::/0', 'gw': '172.18.0.1'}] | policy_routes[0].gw",
                "'policy_routes': {} | policy_routes",
                "'default_route_interface': 'a/b' | default_route_interface",
                "'gateway_check': {'interval': '2h'} | gateway_check.interval",
                "'gateway_check': {'required': 1} | gateway_check.required",
                "'podRPFilter': 3 | podRPFilter",
                "'podRPFilter': 1, 'rp_filter': {} | podRPFilter",
                "'tunePodRoutes': true, 'migrate_route': 1 | tunePodRoutes",
            })
    void refusesByNameAndValue(String keys, String named) {
        CniException refusal = catchThrowableOfType(CniException.class, () -> read(", " + keys));

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.details()).contains("key '" + named + "'");
    }
}

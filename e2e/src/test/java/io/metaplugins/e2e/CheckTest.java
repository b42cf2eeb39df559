package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CHECK names what somebody has broken, whatever it is, and ADD mends it. */
class CheckTest {
    @Nested
    @DisplayName("a pod with an overlay NIC and net1")
    class OfRouter extends Checked {
        OfRouter() {
            super(Scenario.ROUTER);
        }

        @ParameterizedTest(name = "in the pod: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        ip rule del priority 1000 to 10.244.64.0/18     | rule from all to 10.244.64.0/18 priority 1000 lookup 100
                        ip rule del priority 1000 to 10.244.0.0/18      | rule from all to 10.244.0.0/18 priority 1000 lookup 100
                        ip rule del priority 1001                       | rule from 172.18.24.120 priority 1001 lookup 101
                        ip rule del priority 1002                       | rule from 10.244.181.69 priority 1002 lookup 100
                        ip -6 rule del priority 1001                    | rule from fd00:172:18::24:120 priority 1001 lookup 101
                        ip route del default table 100                  | route default via 169.254.1.1 dev eth0 table 100
                        ip route del 172.18.0.0/16 table 100            | route 172.18.0.0/16 dev net1 table 100
                        ip route flush table 101                        | route default via 172.18.0.1 dev net1 table 101
                        ip -6 route del default table 100               | route default via fe80::ecee:eeff:feee:eeee dev eth0 table 100
                        ip route del 172.18.0.2                         | route 172.18.0.2/32 dev eth0
                        ip route append default via 169.254.1.1 dev eth0 | route default via 169.254.1.1 dev eth0
                        ip neighbour del 172.18.0.2 dev eth0            | neigh 172.18.0.2 dev eth0
                        ip neighbour change 172.18.0.2 dev eth0 lladdr 02:00:00:00:00:01 nud permanent | neigh 172.18.0.2 dev eth0
                        ip -6 neighbour del fd00:172:18::2 dev eth0     | neigh fd00:172:18::2 dev eth0
                        sysctl -w net.ipv4.conf.net1.rp_filter=1        | sysctl net/ipv4/conf/net1/rp_filter=2
                        sysctl -w net.ipv6.conf.net1.accept_ra=1        | sysctl net/ipv6/conf/net1/accept_ra=0
                        """)
        void inThePod(String damage, String named) {
            assertNamed("pod", damage, named);
        }

        @ParameterizedTest(name = "on the node: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        ip rule del priority 1000                       | rule from all priority 1000 lookup 500
                        ip -6 rule del priority 1000                    | rule from all priority 1000 lookup 500
                        ip route del 172.18.24.120 table 500            | route 172.18.24.120/32 dev cali8f2c1d94b3e table 500
                        ip -6 route flush table 500                     | route fd00:172:18::24:120/128 dev cali8f2c1d94b3e table 500
                        ip neighbour del 172.18.24.120 dev cali8f2c1d94b3e | neigh 172.18.24.120 dev cali8f2c1d94b3e
                        sysctl -w net.ipv4.conf.cali8f2c1d94b3e.rp_filter=1 | sysctl net/ipv4/conf/cali8f2c1d94b3e/rp_filter=2
                        """)
        void onTheNode(String damage, String named) {
            assertNamed("node1", damage, named);
        }

        @Test
        void allDamageIsNamedAtOnce() {
            breakIt("pod", "ip rule del priority 1002; ip route flush table 101");
            breakIt("node1", "ip route flush table 500");

            assertThat(deviations())
                    .contains(
                            "priority 1002", "dev net1 table 101", "dev cali8f2c1d94b3e table 500");
        }
    }

    @Nested
    @DisplayName("a pod whose first NIC is a macvlan")
    class OfVeth extends Checked {
        OfVeth() {
            super(Scenario.VETH);
        }

        @ParameterizedTest(name = "in the pod: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        ip link del veth0                               | link veth0
                        ip link set veth0 down                          | link veth0
                        ip link set veth0 mtu 1400                      | link veth0
                        ip rule del priority 999                        | rule from all fwmark 0x2000000/0xff000000 priority 999 lookup 100
                        ip rule del priority 1001                       | rule from 172.18.24.124 priority 1001 lookup 101
                        ip -6 rule del priority 1001                    | rule from fd00:172:18::24:124 priority 1001 lookup 101
                        ip route del 10.244.64.0/18                     | route 10.244.64.0/18 via 172.18.0.2 dev veth0
                        ip -6 route del fd00:10:64::/112                | route fd00:10:64::/112 via fd00:172:18::2 dev veth0
                        ip route del default table 100                  | route default via 172.18.0.2 dev veth0 table 100
                        ip route flush table 101                        | route default via 172.18.0.1 dev eth0 table 101
                        ip route del 172.18.0.2                         | route 172.18.0.2/32 dev veth0
                        ip neighbour del 172.18.0.2 dev veth0           | neigh 172.18.0.2 dev veth0
                        sysctl -w net.ipv4.conf.veth0.src_valid_mark=0  | sysctl net/ipv4/conf/veth0/src_valid_mark=1
                        sysctl -w net.ipv4.conf.veth0.rp_filter=1       | sysctl net/ipv4/conf/veth0/rp_filter=2
                        nft delete table inet meta-plugins              | veth0 replies
                        nft flush chain inet meta-plugins requests      | veth0 connections
                        """)
        void inThePod(String damage, String named) {
            assertNamed("pod", damage, named);
        }

        @ParameterizedTest(name = "on the node: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        ip link set vethpod-contain down                | link vethpod-contain
                        ip rule del priority 1000                       | rule from all priority 1000 lookup 500
                        ip route del 172.18.24.124 table 500            | route 172.18.24.124/32 dev vethpod-contain table 500
                        ip -6 route flush table 500                     | route fd00:172:18::24:124/128 dev vethpod-contain table 500
                        ip neighbour del 172.18.24.124 dev vethpod-contain | neigh 172.18.24.124 dev vethpod-contain
                        nft delete table inet meta-plugins              | vethpod-contain by eth0
                        """)
        void onTheNode(String damage, String named) {
            assertNamed("node1", damage, named);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Checked {
        private final String plugin;
        private final Attachment attachment;
        private final PodOfManyNics pod;

        Checked(Scenario scenario) {
            this.plugin = scenario.plugin();
            this.attachment = scenario.attachment();
            this.pod = scenario.open();
            pod.add(scenario.first());
        }

        @AfterEach
        void addMendsIt() {
            pod.runtime().addOnly(plugin, attachment);
            pod.runtime().check(attachment);
        }

        @AfterAll
        void close() {
            pod.close();
        }

        @Test
        void whatOthersAddedIsNoDeviation() {
            breakIt(
                    "pod",
                    "ip rule add priority 900 to 192.0.2.0/24 lookup 7;"
                            + " ip route add 192.0.2.0/24 dev "
                            + attachment.ifname());

            assertThatCode(() -> pod.runtime().check(attachment)).doesNotThrowAnyException();
        }

        void assertNamed(String netns, String damage, String named) {
            breakIt(netns, damage);

            assertThat(deviations()).contains(named);
        }

        void breakIt(String netns, String damage) {
            pod.cluster().sandbox().run(netns, damage);
        }

        String deviations() {
            Shell.Output output = pod.runtime().attempt("CHECK", plugin, attachment);
            assertThat(output.status()).isNotZero();
            return json(output.stdout()).path("details").asText();
        }

        private static JsonNode json(String text) {
            try {
                return new ObjectMapper().readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not one JSON document: " + text, e);
            }
        }
    }
}

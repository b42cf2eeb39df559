package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever others take from a running pod, or change, of what a real ADD made, the agent makes
 * again, and counts it. It hears of each: it does not look at everything meanwhile.
 */
class AgentRepairTest {
    private static final String KEYS =
            "\"mac_prefix\": \"0a:1b\", \"tx_queue_len\": 500, \"reply_path\": true";

    @Nested
    @DisplayName("a pod with an overlay NIC and net1")
    class OfRouter extends Kept {
        OfRouter() {
            super(Scenario.ROUTER, KEYS);
        }

        @ParameterizedTest(name = "{0} in {1}: {2}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        link          | pod   | ip link set net1 address 02:00:00:00:00:cc
                        link          | pod   | ip link set net1 txqueuelen 77
                        rule          | pod   | ip rule del priority 1001
                        rule          | pod   | ip rule del priority 1000 to 10.244.64.0/18
                        rule          | pod   | ip -6 rule del priority 1002
                        rule          | pod   | ip rule del priority 999
                        route         | pod   | ip route del 172.18.0.2
                        route         | pod   | ip route flush table 101
                        route         | pod   | ip -6 route del default table 100
                        route         | pod   | ip route replace default via 169.254.1.1 dev eth0 table 101
                        route         | pod   | ip route append default via 169.254.1.1 dev eth0
                        neighbour     | pod   | ip neighbour del 172.18.0.2 dev eth0
                        neighbour     | pod   | ip -6 neighbour replace fd00:172:18::2 dev eth0 lladdr 02:00:00:00:00:01 nud permanent
                        sysctl        | pod   | sysctl -qw net.ipv4.conf.net1.rp_filter=1
                        sysctl        | pod   | sysctl -qw net.ipv6.conf.net1.accept_ra=1
                        sysctl        | pod   | sysctl -qw net.ipv4.conf.net1.src_valid_mark=0
                        packet-filter | pod   | nft flush chain inet meta-plugins requests
                        packet-filter | pod   | nft delete table inet meta-plugins
                        rule          | node1 | ip rule del priority 1000
                        rule          | node1 | ip -6 rule del priority 1000
                        route         | node1 | ip route del 172.18.24.120 table 500
                        route         | node1 | ip -6 route flush table 500
                        route         | node1 | ip route replace 172.18.24.120 dev eth0 table 500
                        neighbour     | node1 | ip neighbour del 172.18.24.120 dev cali8f2c1d94b3e
                        sysctl        | node1 | sysctl -qw net.ipv4.conf.cali8f2c1d94b3e.rp_filter=1
                        """)
        void comesBack(String object, String place, String damage) {
            assertComesBack(object, place, damage);
        }
    }

    @Nested
    @DisplayName("a pod whose first NIC is a macvlan")
    class OfVeth extends Kept {
        OfVeth() {
            super(Scenario.VETH, KEYS + ", \"veth_link_address\": \"169.254.100.1\"");
        }

        @ParameterizedTest(name = "{0} in {1}: {2}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        link          | pod   | ip link set eth0 address 02:00:00:00:00:cc
                        link          | pod   | ip link set veth0 mtu 1300
                        link          | pod   | ip link set veth0 address 02:00:00:00:00:cd
                        link          | pod   | ip link set veth0 down
                        link          | pod   | ip link del veth0
                        address       | pod   | ip address del 169.254.100.1/32 dev veth0
                        rule          | pod   | ip rule del priority 1001
                        rule          | pod   | ip -6 rule del priority 999
                        route         | pod   | ip route del 10.244.64.0/18
                        route         | pod   | ip -6 route del fd00:10:64::/112
                        route         | pod   | ip route flush table 100
                        neighbour     | pod   | ip neighbour del 172.18.0.2 dev veth0
                        sysctl        | pod   | sysctl -qw net.ipv4.conf.veth0.src_valid_mark=0
                        sysctl        | pod   | sysctl -qw net.ipv6.conf.eth0.accept_ra=1
                        packet-filter | pod   | nft flush ruleset
                        packet-filter | pod   | nft flush chain inet meta-plugins replies
                        link          | node1 | ip link set vethpod-contain mtu 1300
                        link          | node1 | ip link set vethpod-contain down
                        link          | node1 | ip link del vethpod-contain
                        rule          | node1 | ip rule del priority 1000
                        route         | node1 | ip route del 172.18.24.124 table 500
                        route         | node1 | ip -6 route flush table 500
                        neighbour     | node1 | ip -6 neighbour del fd00:172:18::24:124 dev vethpod-contain
                        packet-filter | node1 | nft flush chain inet meta-plugins services
                        packet-filter | node1 | nft delete table inet meta-plugins
                        """)
        void comesBack(String object, String place, String damage) {
            assertComesBack(object, place, damage);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Kept {
        private final String plugin;
        private final Attachment attachment;
        private final PodOfManyNics pod;
        private final Operator operator;
        private NodeAgent agent;

        Kept(Scenario scenario, String keys) {
            Nic nic = scenario.first().with(keys);
            this.plugin = scenario.plugin();
            this.attachment = nic.attachment();
            this.pod = scenario.open();
            this.operator = new Operator(pod.cluster().sandbox(), "node1");
            this.agent = start();
            pod.add(nic);
        }

        private NodeAgent start() {
            return NodeAgent.start(
                            pod.cluster().sandbox(),
                            Plugins.unpacked().ours(),
                            List.of(),
                            List.of("--full-pass", "3600"),
                            Map.of())
                    .awaitService();
        }

        @AfterAll
        void close() {
            agent.close();
            pod.close();
        }

        void assertComesBack(String object, String place, String damage) {
            if (object.equals("link")) {
                // It takes much with it, and whoever takes the same again and again is given way
                // to.
                agent.close();
                agent = start();
            }
            List<String> before = picture();
            long repairs = repairs(object);

            pod.cluster().sandbox().run(place, damage);

            Patience.until(() -> check().isEmpty(), "CHECK finds nothing", this::check);
            Patience.until(() -> repairs(object) > repairs, "it is counted", this::metrics);
            Patience.until(() -> picture().equals(before), "all is as it was", this::picture);
        }

        /** What CHECK says, by the agent as all is. */
        private String check() {
            Shell.Output output = pod.runtime().attempt("CHECK", plugin, attachment);
            return output.succeeded() ? "" : output.stdout();
        }

        private List<String> picture() {
            List<String> all = new ArrayList<>(pod.cluster().picture("pod"));
            all.addAll(pod.cluster().picture("node1"));
            // A packet filter's rule that comes again comes last, and none depends on another.
            all.sort(null);
            return all;
        }

        private String metrics() {
            Shell.Output output = operator.executes("", Map.of(), "metrics");
            assertThat(output.succeeded()).as(output.stderr()).isTrue();
            return output.stdout();
        }

        private long repairs(String object) {
            String name =
                    "meta_plugins_repairs_total{object=\"%s\",outcome=\"repaired\",plugin=\"%s\"} "
                            .formatted(object, plugin);
            return metrics()
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
                    .sum();
        }
    }
}

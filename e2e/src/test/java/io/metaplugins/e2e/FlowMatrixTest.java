package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each flow of {@link Flows} goes by its interfaces, whatever is set on the nodes and in the pod.
 */
class FlowMatrixTest {
    @Nested
    @DisplayName("a pod with net1 in the subnet of the nodes")
    class Net1InTheSubnetOfTheNodes extends Matrix {
        Net1InTheSubnetOfTheNodes() {
            super(Flows.ofPodWithNet1(), Nic.net1());
        }
    }

    @Nested
    @DisplayName("a pod with net1 in another subnet")
    class Net1InAnotherSubnet extends Matrix {
        Net1InAnotherSubnet() {
            super(Flows.ofPodWithNet1(), Nic.net1().inAnotherSubnet());
        }
    }

    @Nested
    @DisplayName("a pod with net1 and net2 in the same subnet")
    class TwoNicsInOneSubnet extends Matrix {
        TwoNicsInOneSubnet() {
            super(Flows.ofPodWithNet1AndNet2(), Nic.net1(), Nic.net2());
        }
    }

    @Nested
    @DisplayName("a pod with net1 and net2 in two subnets on the same wire")
    class TwoNicsInTwoSubnets extends Matrix {
        TwoNicsInTwoSubnets() {
            super(Flows.ofPodWithNet1AndNet2(), Nic.net1(), Nic.net2().inAnotherSubnet());
        }
    }

    @Nested
    @DisplayName("a pod whose first NIC is a macvlan")
    class MacvlanPod extends Matrix {
        MacvlanPod() {
            super(PodOfManyNics.on(new BarePods()), Flows.ofMacvlanPods(), Nic.eth0());
            cluster().addMacvlanPods();
        }
    }

    @Nested
    @DisplayName("a pod whose first NIC is a macvlan, with a proxy that masquerades nothing")
    class MacvlanPodWithoutMasquerade extends Matrix {
        MacvlanPodWithoutMasquerade() {
            super(
                    PodOfManyNics.on(new BarePods()),
                    Flows.ofMacvlanPodsWithoutMasquerade(),
                    Nic.eth0());
            cluster().addMacvlanPods();
            cluster().sandbox().run(KubeProxy.WITHOUT_MASQUERADE);
        }
    }

    @Nested
    @DisplayName("a pod with net1 in the subnet of the nodes, replies by the way of the request")
    class Net1WithReplyPath extends Matrix {
        Net1WithReplyPath() {
            super(Flows.ofPodWithNet1(), Nic.net1().with("\"reply_path\": true"));
        }
    }

    @Nested
    @DisplayName("a pod with two macvlans in two subnets and nothing else")
    class MacvlanPodWithNet1 extends Matrix {
        MacvlanPodWithNet1() {
            super(
                    PodOfManyNics.on(new BarePods()),
                    Flows.ofMacvlanPodWithNet1(),
                    Nic.eth0(),
                    Nic.net1().by("veth").inAnotherSubnet());
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Matrix {
        private final List<Flow> flows;
        private final PodOfManyNics pod;

        Matrix(List<Flow> flows, Nic... nics) {
            this(PodOfManyNics.onCalico(), flows, nics);
        }

        Matrix(PodOfManyNics pod, List<Flow> flows, Nic... nics) {
            this.flows = flows;
            this.pod = pod;
            for (Nic nic : nics) {
                pod.add(nic);
            }
        }

        Cluster cluster() {
            return pod.cluster();
        }

        @AfterAll
        void close() {
            pod.close();
        }

        @ParameterizedTest(name = "all IPv4 flows go by their interfaces with {0}")
        @MethodSource("settings")
        void ipv4(Setting setting) {
            pod.cluster().set(setting);

            assertThat(pod.walk(flows, IpFamily.IPV4)).containsExactlyElementsOf(flows);
        }

        @ParameterizedTest(name = "all IPv6 flows go by their interfaces with INVALID dropped: {0}")
        @ValueSource(booleans = {false, true})
        void ipv6(boolean dropsInvalid) {
            pod.cluster().set(new Setting(0, 0, dropsInvalid));

            assertThat(pod.walk(flows, IpFamily.IPV6)).containsExactlyElementsOf(flows);
        }

        static List<Setting> settings() {
            List<Setting> all = new ArrayList<>();
            for (int nodes = 0; nodes <= 2; nodes++) {
                for (int pod = 0; pod <= 2; pod++) {
                    all.add(new Setting(nodes, pod, false));
                    all.add(new Setting(nodes, pod, true));
                }
            }
            return all;
        }
    }
}

package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod that ends while its NIC is being made. */
class DyingPodTest {
    /** The end comes as soon as the kernel shows something that ADD has written. */
    @ParameterizedTest(name = "{0}, as soon as {1}: {2}")
    @CsvSource({
        "ROUTER, ip -n node1 neighbour show nud permanent | grep 172.18.24, ip netns delete short",
        "ROUTER, ip -n node1 route show table 500 | grep 172.18.24, ip -n short link delete eth0",
        "ROUTER, ip -n short neighbour show nud permanent | grep 172.18.0.2, ip -n short link delete eth0",
        "ROUTER, ip -n short route show table 100 | grep 169.254, ip -n short link delete net1",
        "ROUTER, ip -n short rule | grep 1002, ip netns delete short",
        "VETH, ip -n node1 link | grep vethshort, ip netns delete short",
        "VETH, ip -n node1 route show table 500 | grep 172.18.24, ip -n short link delete veth0",
        "VETH, ip -n short rule | grep 1001, ip -n short link delete eth0",
        "VETH, ip netns exec short nft list ruleset | grep requests, ip netns delete short",
    })
    void addFailsOrNotAndDelLeavesNothing(Scenario scenario, String sign, String end)
            throws Exception {
        try (PodOfManyNics pod = scenario.open()) {
            Sandbox sandbox = pod.cluster().sandbox();
            List<String> before = pod.cluster().picture("node1");
            OverlayPod shortLived =
                    new OverlayPod(
                            "short",
                            "node1",
                            "cali0a1b2c3d4e5",
                            new Dual("10.244.1.9", "fd00:10:244:1::9"));
            pod.cluster().addPod(shortLived);
            Attachment attachment = scenario.first().attachment(shortLived);
            pod.runtime().addOnly("macvlan", attachment);
            String stdin = pod.runtime().configuration(attachment, scenario.plugin()).toString();
            CompletableFuture<String> ending =
                    CompletableFuture.supplyAsync(() ->
                            sandbox.run(
                                    "until %s; do :; done; %s"
                                            .formatted(sign.replace("grep", "grep -q"), end)));

            Shell.Output output =
                    pod.runtime()
                            .attempt("ADD", scenario.plugin(), stdin, attachment.environment());

            ending.get();
            new ObjectMapper().readTree(output.stdout());
            pod.runtime().delOnly(scenario.plugin(), attachment);
            pod.runtime().delOnly("macvlan", attachment);
            sandbox.run("ip netns delete short 2>/dev/null || :");
            sandbox.run("until ! ip -n node1 link show cali0a1b2c3d4e5 2>/dev/null; do :; done");
            assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(before);
        }
    }
}

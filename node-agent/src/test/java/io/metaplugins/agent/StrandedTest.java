package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.drift.Beginnings;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.StrandedThreadError;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import io.metaplugins.router.RouterPlugin;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.OneWayLibc;
import io.metaplugins.testkit.TestNetns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A thread that went into a pod and cannot go back does nothing more, and nothing of it stays. */
@ExtendWith(HostUnchanged.class)
class StrandedTest {
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private final Libc libc = JnrLibc.load();
    private TestNetns host;
    private TestNetns pod;
    private Netns hostNetns;
    private final Plugins plugins = new Plugins(List.of(new RouterPlugin()), "1.2.3");
    @TempDir private Path directory;

    @BeforeEach
    void connect() {
        host = TestNetns.create("node");
        pod = TestNetns.create("pod");
        hostNetns = Netns.open(libc, host.path());
        for (TestNetns each : List.of(host, pod)) {
            each.run("sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1");
        }
        host.run("ip", "link", "add", "cali1", "type", "veth", "peer", "eth0", "netns", pod.name());
        host.run("ip", "link", "set", "cali1", "up");
        pod.run("ip", "link", "add", "net1", "type", "veth", "peer", "far1");
        for (String link : List.of("eth0", "far1", "net1")) {
            pod.run("ip", "link", "set", link, "up");
        }
        pod.run("ip", "addr", "add", "10.244.1.5/32", "dev", "eth0");
        pod.run("ip", "route", "add", "169.254.1.1", "dev", "eth0", "scope", "link");
        pod.run("ip", "route", "add", "default", "via", "169.254.1.1", "dev", "eth0");
        pod.run("ip", "addr", "add", "172.18.0.5/16", "dev", "net1");
    }

    @AfterEach
    void close() {
        hostNetns.close();
        host.close();
        pod.close();
    }

    private Execution execution(String verb) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CNI_COMMAND", verb);
        environment.put("CNI_CONTAINERID", "c0ffee");
        environment.put("CNI_NETNS", pod.path().toString());
        environment.put("CNI_IFNAME", "net1");
        environment.put("CNI_PATH", "/opt/cni/bin");
        String configuration =
                """
                {"cniVersion": "1.0.0", "name": "net", "type": "router",
                 "service_hijack_subnet": ["10.96.0.0/12"],
                 "overlay_hijack_subnet": ["10.244.0.0/16"],
                 "rp_filter": {"set_host": true, "value": 2}, "reply_path": true,
                 "log_options": {"log_file": "/dev/null"},
                 "prevResult": {
                   "interfaces": [{"name": "net1", "sandbox": "%s"}],
                   "ips": [{"interface": 0, "address": "172.18.0.5/16", "gateway": "172.18.0.1"}],
                   "routes": [{"dst": "0.0.0.0/0"}]}}
                """
                        .formatted(pod.path());
        return new Execution(
                List.of("router"), environment, configuration.getBytes(StandardCharsets.UTF_8));
    }

    /** Carries a request out on a thread of its own, in the node's namespace. */
    private Answer ask(String verb, Libc by) throws InterruptedException, ExecutionException {
        FutureTask<Answer> request =
                new FutureTask<>(() -> hostNetns.inside(() -> carryOut(verb, by)));
        Thread thread = new Thread(request, "worker");
        thread.start();
        thread.join();
        return request.get();
    }

    private Answer carryOut(String verb, Libc by) {
        try (Node node = new Node(by, directory.resolve("ledger"))) {
            return new Desk(plugins, node, by, directory, new Beginnings())
                    .carryOut(
                            execution(verb),
                            () -> libc.open(pod.path().toString(), O_RDONLY_CLOEXEC));
        }
    }

    private String pictures() {
        String look = "ip -o link; ip -o address; ip route show table all; ip rule; ip -6 rule";
        String settings = "grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf | sort";
        return host.run("sh", "-c", look + "; " + settings)
                + "\n--- pod\n"
                + pod.run("sh", "-c", look + "; " + settings);
    }

    /** Wherever in an ADD it happens, DEL of another thread finds nothing that it cannot undo. */
    @Test
    void endsAndLeavesNothingInTheWrongNamespace() throws Exception {
        assertThat(ask("ADD", libc).status()).isZero();
        assertThat(ask("DEL", libc).status()).isZero();
        String before = pictures(); // With what all pods share, and stays.

        int lost = 0;
        while (isLostAtVisit(lost)) {
            lost++;
            assertThat(ask("DEL", libc).status()).isZero();
            assertThat(pictures()).as("lost at visit %d", lost).isEqualTo(before);
        }

        assertThat(lost).isGreaterThan(1);
        assertThat(ask("CHECK", libc).output()).isEmpty();
    }

    private boolean isLostAtVisit(int number) throws InterruptedException {
        try {
            assertThat(ask("ADD", new OneWayLibc(libc, number)).status()).isZero();
            return false;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(StrandedThreadError.class);
            return true;
        }
    }
}

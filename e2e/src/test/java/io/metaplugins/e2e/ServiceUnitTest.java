package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The agent with no more than its unit for systemd leaves it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceUnitTest {
    private static final Shell.Output DONE = new Shell.Output(0, "", "");
    private static final String BIN = "/run/bin";
    private static final Path FILE =
            Plugins.unpacked().ours().resolve("meta-plugins/meta-plugins-agent.service");

    private final ServiceUnit unit = ServiceUnit.read(FILE);
    private final AgentNode node = AgentNode.open();
    private NodeAgent agent;

    @BeforeAll
    void serve() throws IOException {
        Path launchers = node.launchers();
        Files.copy(
                Plugins.unpacked().ours().resolve("veth"),
                launchers.resolve("veth"),
                StandardCopyOption.REPLACE_EXISTING);
        // As systemd has it, so that a unit sees what others mount.
        node.run(
                "mount --make-rshared /; mkdir %1$s; mount --bind '%2$s' %1$s; %3$s"
                        .formatted(BIN, Plugins.unpacked().ours(), unit.directories()));
        unit.buildConfine(node.sandbox().outside("/run/confine"));
        agent = node.start(Path.of(BIN), unit.around("/run/confine"), Map.of()).awaitService();
    }

    @AfterAll
    void close() throws IOException {
        Files.delete(node.launchers().resolve("veth"));
        node.close();
    }

    @Test
    void systemdUnderstandsIt(@TempDir Path directory) throws IOException {
        Path installed = directory.resolve("meta-plugins-agent.service");
        Files.writeString(
                installed,
                Files.readString(FILE)
                        .replace("/opt/cni/bin", Plugins.unpacked().ours().toString()));

        assertThat(
                        Shell.attempt(
                                List.of(
                                        "systemd-analyze",
                                        "verify",
                                        "--man=no",
                                        installed.toString()),
                                "",
                                Map.of()))
                .isEqualTo(DONE);
        assertThat(unit.unknown()).isEmpty();
        assertThat(unit.value("ProtectSystem")).isEqualTo("strict");
        assertThat(unit.value("RestrictNamespaces")).isEqualTo("net");
    }

    @Test
    void aPodThatCameLaterIsAttachedRepairedAndDetachedByRouter() {
        Attachment pod = node.addPod();
        List<String> before = node.picture(pod);
        assertThat(node.ask("ADD", pod).status()).isZero();
        List<String> attached = node.picture(pod);

        // The keeper opens the pod's namespace by its path, which was mounted after the agent's
        // start.
        node.sandbox().run(pod.netns(), "ip rule delete to 10.244.64.0/18");
        node.sandbox()
                .run(
                        pod.netns(),
                        "timeout 60 sh -c 'until ip rule | grep -q 10.244.64.0/18; do :; done'");

        assertThat(node.ask("CHECK", pod)).isEqualTo(DONE);
        assertThat(node.picture(pod)).containsExactlyInAnyOrderElementsOf(attached);
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
        assertThat(node.picture(pod)).isEqualTo(before);
        assertNothingIsWrong();
    }

    @Test
    void aPodThatCameLaterIsAttachedAndDetachedByVeth() {
        node.sandbox().run("ip netns add bare; ip -n bare link set lo up");
        OverlayPod bare = new OverlayPod("bare", "node1", "none", new Dual("", ""));
        Attachment pod = Nic.eth0().attachment(bare);
        node.runtime().addOnly("macvlan", pod);
        List<String> before = node.picture(pod);

        node.runtime().addOnly("veth", pod);
        node.runtime().checkOnly("veth", pod);
        node.runtime().delOnly("veth", pod);

        assertThat(node.picture(pod)).isEqualTo(before);
        assertNothingIsWrong();
    }

    private void assertNothingIsWrong() {
        assertThat(agent.log()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        assertThat(node.run("cat /var/log/meta-plugins/*.log")).doesNotContain("ERROR", "WARN");
    }

    @Test
    void itIsConfined() {
        String target = Long.toString(agent.pid());
        String status = Shell.run("cat", "/proc/" + target + "/status");

        assertThat(status)
                .containsPattern("Seccomp:\\s+2")
                .containsPattern("NoNewPrivs:\\s+1")
                .containsPattern("CapEff:\\s+" + capabilities());
        assertThat(
                        Shell.attempt(
                                        List.of(
                                                "nsenter",
                                                "--target",
                                                target,
                                                "--mount",
                                                "touch",
                                                "/etc/touched",
                                                "/usr/touched",
                                                "/run/touched",
                                                BIN + "/touched"),
                                        "",
                                        Map.of())
                                .stderr()
                                .lines())
                .hasSize(4)
                .allMatch(line -> line.contains("Read-only file system"));
    }

    private String capabilities() {
        long bits = 0;
        for (String name : unit.value("CapabilityBoundingSet").split(" ", -1)) {
            bits |=
                    1L
                            << switch (name) {
                                case "CAP_DAC_OVERRIDE" -> 1;
                                case "CAP_NET_BROADCAST" -> 11;
                                case "CAP_NET_ADMIN" -> 12;
                                case "CAP_NET_RAW" -> 13;
                                case "CAP_SYS_PTRACE" -> 19;
                                case "CAP_SYS_ADMIN" -> 21;
                                default -> throw new AssertionError(name);
                            };
        }
        return "%016x".formatted(bits);
    }
}

package io.metaplugins.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.Ledger;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.testkit.FullLibc;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.TestNetns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pods that live, pods that are gone, and those of which nobody can tell. */
@ExtendWith(HostUnchanged.class)
class AttachmentsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String CALI = "cali1";

    private final Libc libc = JnrLibc.load();
    private TestNetns host;
    private TestNetns pod;
    private Netns hostNetns;
    private Netns podNetns;
    private Node node;
    private boolean ended;
    @TempDir private Path root;

    @BeforeEach
    void open() {
        host = TestNetns.create("node");
        pod = TestNetns.create("pod");
        hostNetns = Netns.open(libc, host.path());
        podNetns = Netns.open(libc, pod.path());
        node = new Node(libc, root);
        host.run("ip", "link", "add", CALI, "type", "veth", "peer", "eth0", "netns", pod.name());
    }

    @AfterEach
    void close() {
        node.close();
        podNetns.close();
        hostNetns.close();
        host.close();
        if (!ended) {
            pod.close();
        }
    }

    /** The path goes; the namespace stays as long as we hold it. */
    private void hidePod() {
        pod.close();
        ended = true;
    }

    private static Receipt receipt(String container, Namespace namespace, Instant time) {
        Statement wish =
                Statement.present(
                        Where.HOST,
                        Sysctl.ipv4(new InterfaceName(CALI), "rp_filter", 2),
                        "the pod wants it");
        return new Receipt(
                new AttachmentId("net", "router", container, new InterfaceName("net1")),
                namespace,
                time,
                new Plan(List.of(wish)),
                List.of(),
                null);
    }

    private Namespace namespace() {
        return new Namespace(pod.path().toString(), podNetns.id());
    }

    private Receipt receipt() {
        return receipt("c0ffee", namespace(), NOON);
    }

    private boolean isGone(Node on, Receipt receipt, Receipt... others) {
        return hostNetns.inside(() -> new Attachments(on).isGone(receipt, List.of(others)));
    }

    @Test
    void aPodIsGoneWithItsPathAndItsLink() {
        Receipt receipt = receipt();
        assertThat(isGone(node, receipt, receipt)).isFalse();

        hidePod();
        assertThat(isGone(node, receipt, receipt)).isFalse();

        host.run("ip", "link", "delete", CALI);
        assertThat(isGone(node, receipt, receipt)).isTrue();
    }

    @Test
    void aLinkThatOthersHaveToDoWithTellsNothingOfAPod() {
        Receipt other = receipt("decaf", new Namespace("/run/netns/other", 1), NOON);
        hidePod();

        assertThat(isGone(node, receipt(), receipt(), other)).isTrue();
    }

    @Test
    void nobodyCanTellOfAPathWhoseDirectoryIsNotThere() {
        Receipt receipt = receipt("c0ffee", new Namespace("/nowhere/net", 1), NOON);
        Receipt other = receipt("decaf", new Namespace("/nowhere/other", 2), NOON);

        assertThatThrownBy(() -> isGone(node, receipt, other))
                .isInstanceOf(KernelException.class)
                .hasMessage(
                        "nobody can tell from here whether /nowhere/net is gone: there is no"
                                + " /nowhere");

        Receipt ofProcess = receipt("c0ffee", new Namespace("/proc/0/ns/net", 1), NOON);
        assertThat(isGone(node, ofProcess, other)).isTrue();
    }

    @Test
    void nobodyCanTellForWantOfDescriptors() {
        try (Node full = new Node(new FullLibc(libc, pod.path()), root)) {
            Attachments attachments = new Attachments(full);
            String message = "network namespace " + pod.path() + " cannot be opened: EMFILE";

            assertThatThrownBy(() -> attachments.isGone(receipt(), List.of()))
                    .isInstanceOf(KernelException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> attachments.read(namespace(), List.of()))
                    .isInstanceOf(KernelException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> attachments.collect(receipt()))
                    .isInstanceOf(KernelException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void collectsWhatWasFoundAndNothingThatWasMadeAnewSince() {
        Attachments attachments = new Attachments(node);
        Receipt found = receipt();
        Receipt anew = receipt("c0ffee", namespace(), NOON.plusSeconds(1));
        Receipt elsewhere = receipt("c0ffee", new Namespace("/run/netns/other", 1), NOON);

        for (Receipt other : List.of(anew, elsewhere)) {
            write(other);
            assertThat(hostNetns.inside(() -> attachments.collect(found))).isFalse();
            assertThat(attachments.find(found.id())).contains(other);
        }

        write(found);
        assertThat(hostNetns.inside(() -> attachments.collect(found))).isTrue();
        assertThat(attachments.find(found.id())).isEmpty();
        assertThat(hostNetns.inside(() -> attachments.collect(found))).isFalse();
    }

    private void write(Receipt receipt) {
        try (Ledger.Entry entry = node.ledger().open(receipt.id(), Duration.ofSeconds(20))) {
            entry.write(receipt);
        }
    }
}

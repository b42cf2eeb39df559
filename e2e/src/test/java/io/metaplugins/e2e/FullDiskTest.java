package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A node on whose file systems nothing can be written any more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskTest {
    private static final String FULL =
            """
            mkdir -p /run/meta-plugins
            mount -t tmpfs -o size=64k,mode=700 full /run/meta-plugins
            """;
    private static final String FILL =
            "dd if=/dev/zero of=/run/meta-plugins/filling bs=4k 2>/dev/null || :";
    private static final Shell.Output DONE = new Shell.Output(0, "", "");

    private final AgentNode node = AgentNode.open();
    private final Attachment pod = node.addPod();

    @AfterEach
    void endAgents() {
        node.endAgents();
        node.run("umount /run/meta-plugins 2>/dev/null || :");
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void nothingIsAddedWhereNoReceiptCanBeWritten() {
        node.run(FULL);
        node.serve();
        List<String> before = node.picture(pod);
        node.run(FILL);

        Shell.Output full = node.ask("ADD", pod);

        assertThat(full.status()).isEqualTo(1);
        assertThat(full.stdout()).contains("No space left on device");
        assertThat(full.stdout().strip().lines()).hasSize(1);
        assertThat(node.picture(pod)).isEqualTo(before);
        node.run("rm /run/meta-plugins/filling");
        assertThat(node.ask("ADD", pod).status()).isZero();
        assertThat(node.ask("CHECK", pod)).isEqualTo(DONE);
        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);
        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }

    @Test
    void whatWasAddedIsDeletedWhereNothingCanBeWritten() {
        node.run(FULL);
        node.serve();
        List<String> before = node.picture(pod);
        assertThat(node.ask("ADD", pod).status()).isZero();
        node.run(FILL);

        assertThat(node.ask("DEL", pod)).isEqualTo(DONE);

        assertThat(node.picture(pod)).isEqualTo(before);
        assertThat(node.leftBehind()).containsExactly("/run/meta-plugins/filling");
    }

    @Test
    void aDelThatCannotBeKeptIsNoSuccess() {
        node.run(FULL + FILL);

        Shell.Output full = node.ask("DEL", pod, "0.2", "60");

        assertThat(full.status()).isEqualTo(1);
        assertThat(full.stdout()).contains("\"code\":").contains("No space left on device");
        node.run("rm /run/meta-plugins/filling");
        assertThat(node.ask("DEL", pod, "0.2", "60")).isEqualTo(DONE);
        assertThat(node.spooled()).hasSize(1);
    }

    @Test
    void withoutAPlaceForTheLogRequestsAreServed() {
        node.run("mount -t tmpfs -o ro log /var/log");
        try {
            node.serve();

            Shell.Output added = node.ask("ADD", pod);

            assertThat(added.status()).isZero();
            assertThat(added.stderr()).contains("/var/log");
            assertThat(node.ask("DEL", pod).status()).isZero();
        } finally {
            node.run("umount /var/log");
        }
    }
}

package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.NEVER;
import static io.metaplugins.agent.drift.Tended.await;
import static io.metaplugins.agent.drift.Tended.inPod;
import static io.metaplugins.agent.drift.Tended.repaired;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.plan.Plan;
import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with one attachment keeps no other from being looked after. */
@ExtendWith(HostUnchanged.class)
class KeeperMishapsTest {
    private static final KeeperSettings BUSY =
            new KeeperSettings(RepairMode.ON, Duration.ofMillis(1), NEVER);

    @TempDir Path root;
    private Tended tended;
    private Tended.Pod pod;
    private Tended.Pod other;

    @BeforeEach
    void open() {
        tended = new Tended(root);
        pod = tended.new Pod(5);
        other = tended.new Pod(6);
    }

    @AfterEach
    void close() {
        tended.close();
        pod.close();
        other.close();
    }

    private Path file(Tended.Pod of) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains("pod" + of.number))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void replace(Path file, byte[] content) throws IOException {
        Path fresh = Files.write(root.resolve("fresh"), content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aDamagedReceiptKeepsNoOtherPodFromBeingPutRight() throws IOException {
        pod.attach();
        other.attach();
        Path file = file(other);
        byte[] receipt = Files.readAllBytes(file);
        Keeper keeper = tended.keep(BUSY);

        replace(file, new byte[] {'{'});
        await(() -> !tended.logged("holds no receipt").isEmpty());
        long passes = keeper.tally().fullPasses();
        await(() -> keeper.tally().fullPasses() > passes + 2);
        pod.ip("rule del priority 1002");
        tended.hostIp("route del 203.0.113.5 table 500");
        await(() -> keeper.tally().changes().containsKey(repaired("rule")));
        await(() -> keeper.tally().changes().containsKey(repaired("route")));

        other.ip("rule del priority 1002");
        replace(file, receipt);
        await(() -> keeper.tally().changes().getOrDefault(repaired("rule"), 0L) == 2);
        // Told by who looks for records, and by who may have been at this one.
        assertThat(tended.logged("holds no receipt")).hasSizeBetween(1, 2);
    }

    /** The kernel lets this be written, and nobody read it. */
    private void attachWhatCannotBeRead(Tended.Pod to) {
        Namespace namespace = Objects.requireNonNull(to.attach().namespace());
        Sysctl writeOnly = new Sysctl("net/ipv4/route/flush", "1");
        tended.write(
                new Receipt(
                        to.id(),
                        namespace,
                        Instant.now(),
                        new Plan(List.of(inPod(writeOnly), Tended.onNode(writeOnly))),
                        List.of(),
                        null));
    }

    @Test
    void aPodThatCannotBeReadKeepsNoOtherFromBeingPutRight() {
        pod.attach();
        attachWhatCannotBeRead(other);

        Keeper keeper = tended.keep(BUSY);
        pod.ip("rule del priority 1002");
        tended.hostIp("route del 203.0.113.5 table 500");

        await(() -> keeper.tally().changes().containsKey(repaired("rule")));
        await(() -> keeper.tally().changes().containsKey(repaired("route")));
        long passes = keeper.tally().fullPasses();
        await(() -> keeper.tally().fullPasses() > passes + 2);
        assertThat(tended.logged("net/ipv4/route/flush")).isNotEmpty();
        assertThat(tended.logged("WARN").size()).isLessThan(5);
    }
}

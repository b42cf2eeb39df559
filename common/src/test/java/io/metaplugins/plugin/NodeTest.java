package io.metaplugins.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Query;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.StrandedThreadError;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Where;
import io.metaplugins.testkit.OneWayLibc;
import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a resident process would lack in the end: descriptors of pods. */
class NodeTest {
    private final Libc libc = JnrLibc.load();
    @TempDir private Path directory;

    /** Of an attachment of a pod, which was at that path. */
    private Receipt receipt(TestNetns pod, Path path) {
        long inode;
        try (Netns netns = Netns.open(libc, pod.path())) {
            inode = netns.id();
        }
        return new Receipt(
                new AttachmentId("net", "router", "c0ffee", new InterfaceName("net1")),
                new Namespace(path.toString(), inode),
                Instant.EPOCH,
                Plan.EMPTY,
                List.of(),
                null);
    }

    /** How many descriptors this process has of a namespace. */
    private static long descriptors(TestNetns pod) throws IOException {
        Map<String, Object> wanted = identity(pod.path());
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> identity(each).equals(wanted)).count();
        }
    }

    private static Map<String, Object> identity(Path file) {
        try {
            return Files.readAttributes(file, "unix:dev,ino");
        } catch (IOException e) {
            return Map.of(); // It was closed meanwhile.
        }
    }

    @Test
    void aPodIsOpenAsLongAsItsSession() throws IOException {
        try (TestNetns pod = TestNetns.create("pod");
                Node node = new Node(libc, directory.resolve("ledger"))) {
            try (Session _ = node.enterIfThere(receipt(pod, pod.path()))) {
                assertThat(descriptors(pod)).isPositive();
            }
            assertThat(descriptors(pod)).isZero();
        }
    }

    @Test
    void noPodStaysOpenIfTheLedgerCannotBeOpened() throws IOException {
        Path ledger = Files.createFile(directory.resolve("ledger"));
        try (TestNetns pod = TestNetns.create("pod");
                Node node = new Node(libc, ledger)) {
            Receipt receipt = receipt(pod, pod.path());

            for (int count = 0; count < 3; count++) {
                assertThatThrownBy(() -> node.enterIfThere(receipt))
                        .isInstanceOf(LedgerException.class)
                        .hasMessageContaining("cannot be opened");
            }

            assertThat(descriptors(pod)).isZero();
            Files.delete(ledger);
            try (Session session = node.enterIfThere(receipt)) {
                assertThat(session).isNotNull();
            }
        }
    }

    @Test
    void aPathThatMeansAnotherPodByNowIsNotKeptOpen() throws IOException {
        try (TestNetns pod = TestNetns.create("pod");
                TestNetns other = TestNetns.create("pod");
                Node node = new Node(libc, directory.resolve("ledger"))) {
            try (Session _ = node.enterIfThere(receipt(pod, other.path()))) {
                assertThat(descriptors(other)).isZero();
            }
        }
    }

    /** As its first socket is opened, or a later one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void noPodStaysOpenIfTheThreadIsLost(int visits) throws Exception {
        try (TestNetns pod = TestNetns.create("pod");
                Node node = new Node(new OneWayLibc(libc, visits), directory.resolve("ledger"))) {
            Receipt receipt = receipt(pod, pod.path());
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> thrown.set(e))
                    .start(() -> {
                        try (Session session = node.enterIfThere(receipt)) {
                            // Rules of packet filters have a socket of their own.
                            session.kernels().in(Where.CONTAINER).read(new Query.NftRules("x"));
                        }
                    })
                    .join();

            assertThat(thrown.get()).isInstanceOf(StrandedThreadError.class);
            assertThat(descriptors(pod)).isZero();
        }
    }
}

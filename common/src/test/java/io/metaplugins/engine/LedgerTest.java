package io.metaplugins.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AttachmentId ID = id("net", "c0ffee", "net1");

    @TempDir private Path directory;
    private Path root;
    private Ledger ledger;

    @BeforeEach
    void open() {
        root = directory.resolve("run/ledger");
        ledger = new Ledger(root);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private static AttachmentId id(String network, String containerId, String ifName) {
        return new AttachmentId(network, "router", containerId, new InterfaceName(ifName));
    }

    private static Receipt receipt(AttachmentId id, int value) {
        Sysctl object = new Sysctl("net/ipv4/ip_forward", Integer.toString(value));
        Statement statement = Statement.present(Where.HOST, object, "a test");
        return new Receipt(id, null, Instant.EPOCH, new Plan(List.of(statement)), List.of(), null);
    }

    private void write(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
            entry.write(receipt(id, 1));
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void keepsAReceiptUntilItIsDeleted() throws IOException {
        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            assertThat(entry.read()).isEmpty();
            entry.write(receipt(ID, 1));
            entry.write(receipt(ID, 2));
            assertThat(entry.read()).contains(receipt(ID, 2));
            assertThat(files()).containsExactly(".lock", "net/c0ffee-net1.router.json");

            entry.delete();
            entry.delete();

            assertThat(entry.read()).isEmpty();
            assertThat(root.toFile().list()).containsExactly(".lock");
        }
    }

    @Test
    void seesWhatAnotherProcessMadeOfAReceiptThatItHadRead() {
        write(ID);
        assertThat(ledger.find(ID)).contains(receipt(ID, 1));

        try (Ledger other = new Ledger(root)) {
            try (Ledger.Entry entry = other.open(ID, PATIENCE)) {
                entry.write(receipt(ID, 2));
            }
            assertThat(ledger.find(ID)).contains(receipt(ID, 2));
            try (Ledger.Entry entry = other.open(ID, PATIENCE)) {
                entry.delete();
            }
            assertThat(ledger.find(ID)).isEmpty();
        }
    }

    @Test
    void seesThatAReceiptThatItWroteWasDamaged() throws IOException {
        write(ID);

        Files.writeString(root.resolve("net/c0ffee-net1.router.json"), "{}");

        assertThatThrownBy(() -> ledger.find(ID))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("holds no receipt");
    }

    @Test
    void keepsMoreReceiptsApartThanItHasAtHand() {
        List<AttachmentId> ids = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            ids.add(id("net", "c0ffee" + number, "net1"));
        }
        for (int number = 0; number < ids.size(); number++) {
            try (Ledger.Entry entry = ledger.open(ids.get(number), PATIENCE)) {
                entry.write(receipt(ids.get(number), number));
            }
        }

        for (int number = 0; number < ids.size(); number++) {
            assertThat(ledger.find(ids.get(number))).contains(receipt(ids.get(number), number));
        }
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        write(ID);

        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo(
                                            Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void keepsApartWhatLooksAlike() {
        String tooLong = "a".repeat(300);
        List<AttachmentId> ids =
                List.of(
                        id("net", "a-b", "c"),
                        id("net", "a", "b-c"),
                        id("net", "a", "b.router"),
                        new AttachmentId("net", "router.b", "a", new InterfaceName("b")),
                        id("net", "a", "b%2Dc"),
                        id("net", "A", "b-c"),
                        id("..", "a", "b"),
                        id("a/b", "a", "b"),
                        id(".lock", "a", "b"),
                        id(tooLong, tooLong, "net1"),
                        id(tooLong + "b", tooLong, "net1"),
                        id(tooLong, tooLong + "b", "net1"),
                        id("net", "a", "\u00e4\u00f6"),
                        id("net", "..", ".b"));
        for (AttachmentId id : ids) {
            write(id);
        }
        for (AttachmentId id : ids) {
            try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
                assertThat(entry.read()).contains(receipt(id, 1));
                entry.delete();
                assertThat(entry.read()).isEmpty();
            }
        }
        assertThat(root.toFile().list()).containsExactly(".lock");
        assertThat(directory.resolve("run").toFile().list()).containsExactly("ledger");
    }

    @Test
    void listsTheReceiptsOfAllNetworksAndPlugins() throws IOException {
        assertThat(ledger.list().receipts()).isEmpty();
        List<AttachmentId> ids =
                List.of(
                        ID,
                        id("..", "c0ffee", "net1"),
                        new AttachmentId("net", "veth", "..", new InterfaceName("net1")));
        ids.forEach(this::write);
        Files.writeString(root.resolve("net/torn-net1.veth.json"), "");
        Files.writeString(root.resolve("net/.writingtorn-net2.router.json"), "");

        Ledger.Listing listing = ledger.list();

        assertThat(listing.receipts())
                .extracting(Receipt::id)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(listing.unreadable())
                .extracting(LedgerException::path)
                .containsExactly(root.resolve("net/torn-net1.veth.json"));
    }

    @Test
    void listsTheReceiptsOfOneNetworkAndPlugin() throws IOException {
        write(ID);
        write(id("net", "c0ffee", "net2"));
        write(id("other", "c0ffee", "net1"));
        write(new AttachmentId("net", "veth", "c0ffee", new InterfaceName("net1")));
        Files.writeString(root.resolve("net/torn-net1.router.json"), "{\"version\":");
        Files.writeString(root.resolve("net/.writingtorn-net2.router.json"), "");

        Ledger.Listing listing = ledger.list("net", "router");

        assertThat(listing.receipts())
                .extracting(Receipt::id)
                .containsExactlyInAnyOrder(ID, id("net", "c0ffee", "net2"));
        assertThat(listing.unreadable())
                .extracting(LedgerException::path)
                .containsExactly(root.resolve("net/torn-net1.router.json"));
        assertThat(ledger.list("none", "router").receipts()).isEmpty();
    }

    @Test
    void listsTheReceiptsOfOneContainerAndReadsNoOthers() throws IOException {
        write(ID);
        write(id("other", "c0ffee", "net2"));
        write(id("net", "c0ffee-net1", "net1"));
        write(id("net", "decaf", "net1"));
        Files.writeString(root.resolve("net/torn-net1.router.json"), "");
        Files.writeString(root.resolve("net/c0ffee-net9.router.json"), "");

        Ledger.Listing listing = ledger.ofContainer("c0ffee");

        assertThat(listing.receipts())
                .extracting(Receipt::id)
                .containsExactlyInAnyOrder(ID, id("other", "c0ffee", "net2"));
        assertThat(listing.unreadable())
                .extracting(LedgerException::path)
                .containsExactly(root.resolve("net/c0ffee-net9.router.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"version\": 99}", "\u0000"})
    void namesTheFileThatHoldsNoReceiptAndLeavesIt(String content) throws IOException {
        write(ID);
        Path file = root.resolve("net/c0ffee-net1.router.json");
        Files.writeString(file, content);

        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            assertThatThrownBy(entry::read)
                    .isInstanceOf(LedgerException.class)
                    .hasMessageStartingWith("ledger " + file + ": holds no receipt: ");
            assertThat(file).hasContent(content);
            entry.delete();
            assertThat(entry.read()).isEmpty();
        }
    }

    @Test
    void refusesAReceiptThatBelongsToAnother() throws IOException {
        write(ID);
        Files.copy(
                root.resolve("net/c0ffee-net1.router.json"),
                root.resolve("net/c0ffee-net2.router.json"));

        try (Ledger.Entry entry = ledger.open(id("net", "c0ffee", "net2"), PATIENCE)) {
            assertThatThrownBy(entry::read).hasMessageContaining("net1 in net, not of");
        }
    }

    @Test
    void writesOverWhatADeadProcessLeftHalfWritten() throws IOException {
        Files.createDirectories(root.resolve("net"));
        Files.writeString(root.resolve("net/.writingc0ffee-net1.router.json"), "{\"vers");

        write(ID);

        assertThat(files()).containsExactly(".lock", "net/c0ffee-net1.router.json");
    }

    @Test
    void removesWhatDeadProcessesLeftHalfWritten() throws IOException {
        write(ID);
        Instant longAgo = Instant.now().minus(Duration.ofHours(1));
        for (String name : List.of(".writing123.tmp", "net/.writingdecaf-net1.router.json")) {
            Path file = Files.writeString(root.resolve(name), "{\"vers");
            Files.setLastModifiedTime(file, FileTime.from(longAgo));
        }
        Files.writeString(root.resolve("net/.writingnow-net1.router.json"), "{\"vers");

        ledger.tidy();

        assertThat(files())
                .containsExactly(
                        ".lock", "net/.writingnow-net1.router.json", "net/c0ffee-net1.router.json");
    }

    @Test
    void provesThatItCanBeWrittenAndLeavesNothing() throws IOException {
        ledger.prove();

        assertThat(files()).containsExactly(".lock");
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Files.writeString(root.resolve("net"), "");

        LedgerException refused = catchThrowableOfType(LedgerException.class, () -> write(ID));

        assertThat(refused.path()).isEqualTo(root.resolve("net/c0ffee-net1.router.json"));
    }

    @Test
    void losesPatienceWithAnotherAtTheSameAttachment() {
        try (Ledger.Entry held = ledger.open(ID, PATIENCE)) {
            assertThatThrownBy(() -> ledger.open(ID, Duration.ofMillis(30)))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("another process has been at work on " + held.id());
            ledger.open(id("net", "another", "net1"), Duration.ZERO).close();
        }
        ledger.open(ID, Duration.ZERO).close();
    }

    @Test
    void letsOneThreadAtATimeAtAnAttachment() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        Callable<Void> add =
                () -> {
                    for (int count = 0; count < 20; count++) {
                        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            int before = entry.read().map(LedgerTest::value).orElse(0);
                            entry.write(receipt(ID, before + 1));
                            inside.decrementAndGet();
                        }
                    }
                    return null;
                };
        together(List.of(add, add, add, add));

        try (Ledger.Entry entry = ledger.open(ID, PATIENCE)) {
            assertThat(entry.read().map(LedgerTest::value)).contains(80);
        }
    }

    private static int value(Receipt receipt) {
        Sysctl sysctl = (Sysctl) receipt.plan().statements().getFirst().object();
        return Integer.parseInt(sysctl.value());
    }

    @Test
    void survivesOneTakingTheDirectoryAwayAsAnotherComes() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            AttachmentId id = id("net", "pod" + number, "net1");
            tasks.add(() -> {
                for (int count = 0; count < 100; count++) {
                    try (Ledger.Entry entry = ledger.open(id, PATIENCE)) {
                        entry.write(receipt(id, count));
                        assertThat(entry.read()).contains(receipt(id, count));
                        entry.delete();
                    }
                }
                return null;
            });
        }
        together(tasks);

        assertThat(root.toFile().list()).containsExactly(".lock");
    }

    private static void together(List<Callable<Void>> tasks) throws Exception {
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> each : threads.invokeAll(tasks)) {
                each.get();
            }
        }
    }

    /** Another process, since the kernel's locks are between processes. */
    @Test
    void waitsForAnotherProcessUntilItIsKilled() throws Exception {
        Path ready = directory.resolve("ready");
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                root.toString(),
                                ready.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            while (!Files.exists(ready) && other.isAlive()) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> ledger.open(ID, Duration.ofMillis(30)))
                    .isInstanceOf(LedgerException.class);
        } finally {
            other.destroyForcibly().waitFor();
        }
        ledger.open(ID, PATIENCE).close();
    }

    /** Holds an entry until its process is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (Ledger held = new Ledger(Path.of(args[0]));
                    Ledger.Entry entry = held.open(ID, PATIENCE)) {
                Files.writeString(Path.of(args[1]), entry.id().toString());
                throw new IllegalStateException("told to go on: " + System.in.read());
            }
        }
    }
}

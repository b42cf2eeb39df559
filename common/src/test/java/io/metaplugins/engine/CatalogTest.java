package io.metaplugins.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
    private static final AttachmentId ONE = id("net", "c0ffee");
    private static final AttachmentId TWO = id("net", "decaf");
    private static final AttachmentId ELSEWHERE = id("other/net", "c0ffee");

    @TempDir Path root;
    private Ledger ledger;
    private Catalog catalog;

    private static AttachmentId id(String network, String container) {
        return new AttachmentId(network, "router", container, new InterfaceName("net1"));
    }

    @BeforeEach
    void open() {
        ledger = new Ledger(root);
        catalog = ledger.catalog();
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private Receipt write(AttachmentId id, long second) {
        Receipt receipt =
                new Receipt(id, null, Instant.ofEpochSecond(second), Plan.EMPTY, List.of(), null);
        try (Ledger.Entry entry = ledger.open(id, Duration.ofSeconds(20))) {
            entry.write(receipt);
        }
        return receipt;
    }

    private void delete(AttachmentId id) {
        try (Ledger.Entry entry = ledger.open(id, Duration.ofSeconds(20))) {
            entry.delete();
        }
    }

    @Test
    void tellsWhatWasWrittenAndWhatIsGoneOnce() {
        assertThat(catalog.look().isNothing()).isTrue();
        Receipt one = write(ONE, 1);
        Receipt elsewhere = write(ELSEWHERE, 1);
        assertThat(catalog.look().written()).containsExactlyInAnyOrder(one, elsewhere);
        Receipt two = write(TWO, 1);
        assertThat(catalog.look().written()).containsExactly(two);
        assertThat(catalog.look().isNothing()).isTrue();
        delete(ONE);
        delete(ELSEWHERE);
        Catalog.Changes changes = catalog.look();
        assertThat(changes.gone()).containsExactlyInAnyOrder(ONE, ELSEWHERE);
        assertThat(changes.written()).isEmpty();
        assertThat(catalog.look().isNothing()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-1D", "P1D"})
    void seesWhatIsWrittenAfterTheClockWasSet(Duration ahead) throws IOException {
        write(ONE, 1);
        FileTime before = FileTime.from(Instant.now().plus(ahead));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.toList()) {
                Files.setLastModifiedTime(each, before);
            }
        }
        assertThat(catalog.look().written()).hasSize(1);
        assertThat(catalog.look().isNothing()).isTrue();

        Receipt two = write(TWO, 1);
        assertThat(catalog.look().written()).containsExactly(two);
        Receipt one = write(ONE, 2);
        assertThat(catalog.look().written()).containsExactly(one);
        delete(ONE);
        assertThat(catalog.look().gone()).containsExactly(ONE);
    }

    /** Faster than the clock of the file system ticks. */
    @Test
    void seesEachOfManyWritings() {
        for (int second = 0; second < 200; second++) {
            Receipt receipt = write(ONE, second);
            assertThat(catalog.look().written()).containsExactly(receipt);
        }
    }

    /** What was written before the clock was set back seems to be written in times to come. */
    @Test
    void looksAtNoReceiptAgainForAllTheTimeThatTheClockWasSetBack() throws IOException {
        FileTime later = FileTime.from(Instant.now().plusSeconds(3600));
        write(ONE, 1);
        Files.setLastModifiedTime(root.resolve("net"), later);
        assertThat(catalog.look().written()).hasSize(1);

        // Nobody does so, and whoever looked would see it.
        Files.writeString(root.resolve("net").resolve("c0ffee-net1.router.json"), "{");
        assertThat(catalog.look().isNothing()).isTrue();

        Receipt two = write(TWO, 1);
        assertThat(catalog.look().written()).containsExactly(two);
    }

    @Test
    void tellsOnceOfWhatCannotBeRead() throws IOException {
        write(ONE, 1);
        Path file = Files.writeString(root.resolve("net").resolve("c-net1.router.json"), "{");

        assertThat(catalog.look().unreadable())
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContaining(file.toString()));
        assertThat(catalog.look().isNothing()).isTrue();
        Files.delete(file);
        assertThat(catalog.look().isNothing()).isTrue();
        assertThat(ledger.find(ONE)).isPresent();
        assertThat(ledger.find(TWO)).isEmpty();
    }

    /** Nobody is to work by what it said. */
    @Test
    void forgetsWhatCannotBeReadAnyMoreAndReadsItAgainWhenAsked() throws IOException {
        Receipt one = write(ONE, 1);
        assertThat(catalog.look().written()).containsExactly(one);
        assertThat(catalog.readAgain()).isFalse();
        Path file;
        try (Stream<Path> files = Files.list(root.resolve("net"))) {
            file = files.findFirst().orElseThrow();
        }

        Files.writeString(file, "{");
        Catalog.Changes changes = catalog.look();
        assertThat(changes.gone()).containsExactly(ONE);
        assertThat(changes.unreadable()).hasSize(1);

        assertThat(catalog.readAgain()).isTrue();
        assertThat(catalog.look().unreadable()).hasSize(1);
        write(ONE, 1);
        assertThat(catalog.look().written()).containsExactly(one);
        assertThat(catalog.readAgain()).isFalse();
    }
}

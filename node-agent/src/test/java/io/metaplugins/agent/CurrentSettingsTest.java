package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.plugin.NodeSettings;
import io.metaplugins.plugin.RepairMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurrentSettingsTest {
    private static final String WRONG = "{\"service_hijack_subnet\": [\"10.61.0.0/33\"]}";
    private static final String RIGHT = "{\"service_hijack_subnet\": [\"10.61.0.0/16\"]}";

    @TempDir Path directory;
    private final AtomicLong clock = new AtomicLong();
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("settings.json");
    }

    private CurrentSettings open() {
        Settings settings = Settings.read(List.of("--settings", file.toString()), Map.of());
        return new CurrentSettings(settings, clock::get);
    }

    private void write(String text) throws IOException {
        Path fresh = Files.writeString(directory.resolve("fresh"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void later(Duration time) {
        long _ = clock.addAndGet(time.toNanos());
    }

    @Test
    void aFileThatIsWrongFromTheStartIsToldToWhoNeedsIt() throws IOException {
        write(WRONG);
        CurrentSettings current = open();

        assertThatExceptionOfType(CniException.class)
                .isThrownBy(current::get)
                .matches(e -> e.code() == ErrorCode.INVALID_NETWORK_CONFIG.number())
                .withMessageContaining(file.toString())
                .withMessageContaining("service_hijack_subnet")
                .withMessageContaining("10.61.0.0/33");
        assertThat(current.isSound()).isFalse();
        assertThat(current.problem()).contains(file.toString(), "10.61.0.0/33");
        assertThat(current.keeping().repair()).isEqualTo(RepairMode.ON);
        assertThat(current.follow()).isFalse();

        write(RIGHT);
        assertThat(current.follow()).isTrue();
        assertThat(current.follow()).isFalse();
        assertThat(current.isSound()).isTrue();
        assertThat(current.problem()).isEmpty();
        assertThat(current.get()).isEqualTo(NodeSettings.read(file));
    }

    @Test
    void aFileThatBecomesWrongChangesNothing() throws IOException {
        write(RIGHT);
        CurrentSettings current = open();
        NodeSettings right = current.get();

        write(WRONG);
        assertThat(current.follow()).isFalse();

        assertThat(current.get()).isEqualTo(right);
        assertThat(current.isSound()).isTrue();
        assertThat(current.problem()).contains("10.61.0.0/33");
    }

    @Test
    void aFileThatIsGoneWhileItIsReplacedChangesNothing() throws IOException {
        write(RIGHT);
        CurrentSettings current = open();
        NodeSettings right = current.get();

        Files.delete(file);
        assertThat(current.follow()).isFalse();
        later(Duration.ofMillis(999));
        assertThat(current.follow()).isFalse();
        assertThat(current.get()).isEqualTo(right);
        write(RIGHT);
        assertThat(current.follow()).isFalse();
        Files.delete(file);
        later(Duration.ofMillis(500));
        assertThat(current.follow()).isFalse();
        assertThat(current.get()).isEqualTo(right);

        later(Duration.ofSeconds(1));
        assertThat(current.follow()).isTrue();
        assertThat(current.get()).isEqualTo(NodeSettings.NONE);
        write(RIGHT);
        assertThat(current.follow()).isTrue();
        assertThat(current.get()).isEqualTo(right);
    }
}

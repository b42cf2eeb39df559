package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whatever it is given, it does nothing undefined: what it was compiled with would say so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzedLauncherTest {
    private static final int ROUNDS = 200;
    private static final int ERROR = 1;

    private static final List<Frame> ANSWERS =
            List.of(
                    Frame.answer(0, "{}\n", "careful"),
                    Frame.answer(ERROR, "{\"code\": 7}\n", ""),
                    Frame.refused(1, 1, "unknown"),
                    Frame.refused(2, 1, "busy"),
                    Frame.refused(3, 1, "malformed"));

    private static final String CONFIGURATION =
            """
            {"x": ["\\\"", {"cniVersion": "0.1.0"}], "cniVersion" : "0.4.0", "name": "n", "y": {}}
            """;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private Launcher launcher;

    @BeforeAll
    void compile(@TempDir Path directory) {
        launcher = Launcher.compile(directory);
        System.out.println("FuzzedLauncherTest: seed " + seed);
    }

    @Test
    void ofAnAgent() throws IOException {
        AtomicReference<byte[]> next = new AtomicReference<>(new byte[0]);
        ScriptedAgent.Act saying =
                (connection, _) -> {
                    Frame _ = Frame.read(connection);
                    ScriptedAgent.write(connection, next.get());
                };
        try (ScriptedAgent _ = new ScriptedAgent(launcher.socket(), saying)) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] whole = ANSWERS.get(random.nextInt(ANSWERS.size())).bytes();
                next.set(mutated(whole, Frame.HEADER));
                assertDefined(launcher.execute("ADD", CONFIGURATION), round);
            }
        }
    }

    @Test
    void ofARuntime() {
        byte[] whole = CONFIGURATION.getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < ROUNDS; round++) {
            String input = new String(mutated(whole, whole.length), StandardCharsets.ISO_8859_1);
            Shell.Output output = launcher.execute("VERSION", input);
            assertDefined(output, round);
            assertThat(output.status()).isZero();
            assertThat(Launcher.document(output).has("supportedVersions")).isTrue();
        }
    }

    private void assertDefined(Shell.Output output, int round) {
        assertThat(output.stderr())
                .as("round %d, seed %d", round, seed)
                .doesNotContain("Sanitizer", "runtime error");
        assertThat(output.status()).isBetween(0, 255);
    }

    /** Half of the changes are within the first bytes; what may be printed stays text. */
    private byte[] mutated(byte[] whole, int first) {
        byte[] bytes = whole.clone();
        for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
            int where = random.nextInt(random.nextBoolean() ? first : bytes.length);
            int values = where < first ? 0x100 : 0x80;
            bytes[where] = (byte) (random.nextBoolean() ? random.nextInt(values) : 0);
        }
        return random.nextInt(4) > 0
                ? bytes
                : Arrays.copyOf(bytes, random.nextInt(bytes.length + 16));
    }
}

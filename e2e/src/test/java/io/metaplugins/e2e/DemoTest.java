package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void showsABrokenPodAWholeOneAndNoneLeft() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();

        Demo.run(
                new Terminal(
                        new PrintStream(shown, true, StandardCharsets.UTF_8),
                        /* coloured= */ false));

        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("6 of 16 flows work", "16 of 16 flows work", "✗ CHECK", "✓ DEL");
    }
}

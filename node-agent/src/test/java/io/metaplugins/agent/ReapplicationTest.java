package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReapplicationTest {
    /** A command that is newer than the agent may mean by it: only look. */
    @Test
    void doesNothingIfItDoesNotUnderstandHow(@TempDir Path ledger) {
        try (Node node = new Node(JnrLibc.load(), ledger)) {
            Reapplication reapplication =
                    new Reapplication(new Plugins(List.of(), "under-test"), node);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reapplication.run(List.of("--slowly", "", "")))
                    .withMessageContaining("--slowly")
                    .withMessageContaining("--dry-run");
            assertThat(reapplication.run(List.of("--dry-run", "", "")).output())
                    .isEqualTo("would change: 0 of 0 attachments\n");
        }
    }
}

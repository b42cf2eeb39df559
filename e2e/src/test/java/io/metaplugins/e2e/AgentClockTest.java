package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a node is set while its agent serves. Only what the agent sees of it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentClockTest {
    private static final Shell.Output DONE = new Shell.Output(0, "", "");
    private static final String AHEAD = "/run/ahead";
    private static final int YEARS = 10;
    private static final Duration TEN_YEARS = Duration.ofDays(3653);

    private final AgentNode node = AgentNode.open();
    private final Attachment first = node.addPod();
    private final Attachment second = node.addPod();
    private Path library = Path.of("");

    @BeforeAll
    void compile(@TempDir Path directory) {
        library = directory.resolve("clock.so");
        Shell.run(
                "gcc",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                "src/test/c/clock.c");
    }

    @AfterAll
    void close() {
        node.close();
    }

    private NodeAgent serve() {
        List<String> around = List.of("env", "LD_PRELOAD=" + library, "CLOCK_AHEAD=" + AHEAD);
        return node.start(Plugins.unpacked().ours(), around, Map.of()).awaitService();
    }

    private void setClock(Duration ahead) throws IOException {
        Path file = node.sandbox().outside(AHEAD);
        Path fresh = Files.writeString(file.resolveSibling("fresh"), ahead.toSeconds() + "\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The year in which the agent was at work last, by its log. */
    private int year() {
        String last = node.run("tail -n 1 /var/log/meta-plugins/router.log");
        return Integer.parseInt(last.substring(0, 4));
    }

    /** Has the keeper put right what somebody else removed. */
    private void assertIsLookedAfter(Attachment pod) {
        List<String> whole = node.picture(pod);
        node.sandbox().run(pod.netns(), "ip rule del priority 1002");
        Patience.until(
                () -> node.picture(pod).equals(whole), "all is there", () -> node.picture(pod));
    }

    @Test
    void nothingIsLostWhereverTheClockIsSet() throws IOException {
        int now = LocalDate.now(ZoneOffset.UTC).getYear();
        List<String> before = node.picture(first, second);
        NodeAgent agent = serve();
        assertThat(node.ask("ADD", first).status()).isZero();

        setClock(TEN_YEARS);
        assertThat(node.ask("CHECK", first)).isEqualTo(DONE);
        assertThat(node.ask("ADD", second).status()).isZero();
        assertThat(year()).isEqualTo(now + YEARS);
        assertIsLookedAfter(first);
        assertIsLookedAfter(second);

        setClock(TEN_YEARS.negated());
        assertThat(node.ask("CHECK", second)).isEqualTo(DONE);
        assertThat(node.ask("ADD", first).status()).as("again").isZero();
        assertThat(year()).isEqualTo(now - YEARS);
        assertIsLookedAfter(first);
        assertIsLookedAfter(second);
        assertThat(node.ask("DEL", first)).isEqualTo(DONE);

        agent.kill();
        assertThat(node.ask("DEL", second, "0.2", "60")).isEqualTo(DONE);
        serve();
        assertThat(node.spooled()).isEmpty();
        assertThat(node.picture(first, second)).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
    }
}

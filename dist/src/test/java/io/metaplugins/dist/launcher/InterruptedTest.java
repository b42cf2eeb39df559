package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Signals that come all the time, as from a profiler or a terminal, change nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptedTest {
    private static final String LONG = "{\"cniVersion\":\"1.0.0\"}" + " ".repeat(1_000_000);

    private Launcher launcher;

    @BeforeAll
    void compile(@TempDir Path directory) {
        launcher = Launcher.compile(directory, "src/test/c/storm.c").with("META_PLUGINS_WAIT", 60);
    }

    @Test
    void asksAndPrintsAllTheSame() throws IOException {
        ScriptedAgent.Act busy = ScriptedAgent.saying(Frame.refused(2, 1, "busy"));
        ScriptedAgent.Act slow =
                (connection, requests) -> {
                    requests.add(Frame.read(connection, 5_000));
                    for (byte each : Frame.answer(3, LONG.substring(0, 10_000), "").bytes()) {
                        ScriptedAgent.write(connection, new byte[] {each});
                    }
                };
        try (ScriptedAgent agent =
                new ScriptedAgent(launcher.socket(), busy, (_, _) -> {}, busy, slow)) {
            assertThat(launcher.execute("ADD", LONG))
                    .isEqualTo(new Shell.Output(3, LONG.substring(0, 10_000), ""));
            assertThat(agent.requests()).hasSize(3);
            assertThat(agent.requests().getLast().input()).isEqualTo(LONG);
        }
    }

    @Test
    void waitsForAnAnswerNoLongerThanItShould() throws IOException {
        Launcher hurried = launcher.with("META_PLUGINS_WAIT", "0.3");
        assertThat(Launcher.error(11, hurried.execute("ADD", "{}"))).contains("No such file");
    }

    @Test
    void spoolsAllTheSame() throws IOException {
        Launcher spooling = launcher.with("META_PLUGINS_WAIT", "0");
        assertThat(spooling.execute("DEL", LONG)).isEqualTo(new Shell.Output(0, "", ""));
        assertThat(spooling.spool()).isDirectoryContaining("glob:**.request");
    }
}

package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** In an upgrade, launcher and agent are of different age for a while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingVersionsTest {
    private static final Frame ANSWER = Frame.answer(0, "{}", "");
    private static final Shell.Output ANSWERED = new Shell.Output(0, "{}", "");
    private static final int UNKNOWN_VERSION = 1;

    private Launcher older;
    private Launcher newer;

    @BeforeAll
    void compile(@TempDir Path today, @TempDir Path tomorrow) {
        older = Launcher.compile(today).with("META_PLUGINS_WAIT", 60);
        newer = Launcher.compile(tomorrow, "-DFRAMING_NEWEST=2").with("META_PLUGINS_WAIT", 60);
    }

    /** An agent that knows the versions from the oldest to the newest. */
    private static ScriptedAgent.Act speaking(int oldest, int newest) {
        return (connection, requests) -> {
            Frame request = Frame.read(connection);
            requests.add(request);
            boolean known = request.version() >= oldest && request.version() <= newest;
            Frame unknown = Frame.refused(UNKNOWN_VERSION, newest, "unknown").inVersion(newest);
            ScriptedAgent.write(
                    connection, (known ? ANSWER.inVersion(request.version()) : unknown).bytes());
        };
    }

    @Test
    void aNewerLauncherSpeaksAsAnOlderAgentDoes() throws IOException {
        try (ScriptedAgent agent = new ScriptedAgent(newer.socket(), speaking(1, 1))) {
            assertThat(newer.execute("ADD", "{}")).isEqualTo(ANSWERED);
            assertThat(agent.requests()).extracting(Frame::version).containsExactly(2, 1);
            assertThat(agent.requests().getLast().input()).isEqualTo("{}");
        }
    }

    @Test
    void aNewerAgentAnswersAnOlderLauncherInItsVersion() throws IOException {
        try (ScriptedAgent agent = new ScriptedAgent(older.socket(), speaking(1, 2))) {
            assertThat(older.execute("ADD", "{}")).isEqualTo(ANSWERED);
            assertThat(agent.requests()).extracting(Frame::version).containsExactly(1);
        }
    }

    @Test
    void bothOfTheNewestSpeakIt() throws IOException {
        try (ScriptedAgent agent = new ScriptedAgent(newer.socket(), speaking(1, 2))) {
            assertThat(newer.execute("ADD", "{}")).isEqualTo(ANSWERED);
            assertThat(agent.requests()).extracting(Frame::version).containsExactly(2);
        }
    }

    @Test
    void anAgentThatIsUpgradedMeanwhileIsUnderstood() throws IOException {
        ScriptedAgent.Act busy = ScriptedAgent.saying(Frame.refused(2, 1, "draining"));
        try (ScriptedAgent agent =
                new ScriptedAgent(newer.socket(), speaking(1, 1), busy, speaking(2, 2))) {
            assertThat(newer.execute("ADD", "{}")).isEqualTo(ANSWERED);
            assertThat(agent.requests()).extracting(Frame::version).containsExactly(2, 1, 1, 2);
        }
    }

    @Test
    void whoHasNoVersionInCommonIsAway() throws IOException {
        Launcher hurried = older.with("META_PLUGINS_WAIT", "0.1");
        try (ScriptedAgent _ = new ScriptedAgent(older.socket(), speaking(2, 3))) {
            assertThat(Launcher.error(11, hurried.execute("ADD", "{}"))).contains("unknown");
            assertThat(hurried.execute("DEL", "{}")).isEqualTo(new Shell.Output(0, "", ""));
        }
        Launcher ahead = newer.with("META_PLUGINS_WAIT", "0.1");
        try (ScriptedAgent _ = new ScriptedAgent(newer.socket(), speaking(0, 0))) {
            assertThat(Launcher.error(11, ahead.execute("ADD", "{}"))).contains("unknown");
        }
    }
}

package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime gets while there is no agent: what lies beside, else what is true. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentAwayTest {
    private static final String CONFIGURATION = "{\"cniVersion\":\"0.4.0\",\"name\":\"ü\"}";

    /** Longer than a test may last. */
    private static final int FOR_EVER = 3600;

    private Path directory;
    private Launcher launcher;

    @BeforeAll
    void compile(@TempDir Path temporary) throws IOException {
        directory = temporary;
        launcher = Launcher.compile(directory);
        Files.createDirectory(directory.resolve("meta-plugins"));
    }

    @AfterEach
    void removeWhatLiesBeside() throws IOException {
        Files.deleteIfExists(exec());
        Files.deleteIfExists(launcher.socket());
    }

    @ParameterizedTest
    @CsvSource({"ADD, 11", "CHECK, 11", "STATUS, 50", "JUMP, 4"})
    void isToldAsTheVerbHasIt(String verb, int code) {
        String details = Launcher.error(code, "0.4.0", launcher.execute(verb, CONFIGURATION));
        assertThat(details).contains(code == 4 ? "CNI_COMMAND='JUMP'" : "No such file");
    }

    @Test
    void anUnknownVerbIsToldWhateverIsInIt() {
        String verb = "\"\\\t\u001f\u007fü{}%s%n";
        assertThat(Launcher.error(4, launcher.execute(verb, "")))
                .contains("'\"\\\t\u001f\u007f??{}%s%n'");
    }

    @Test
    void whatLiesBesideIsExecutedAtOnceIfThereIsNoSocket() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("coordinator"), Path.of("router"));
        lay("echo \"$# $1 $2 $CNI_CONTAINERID $OTHER\"; cat; echo careful >&2; exit 7");

        Shell.Output output =
                launcher.as(link)
                        .with("META_PLUGINS_WAIT", FOR_EVER)
                        .with("CNI_CONTAINERID", "c")
                        .with("OTHER", "kept")
                        .execute("ADD", CONFIGURATION);

        assertThat(output)
                .isEqualTo(
                        new Shell.Output(
                                7, "2 coordinator router c kept\n" + CONFIGURATION, "careful\n"));
    }

    @Test
    void whatLiesBesideIsGivenAllOfTheInput() throws IOException {
        lay("wc -c");
        assertThat(launcher.execute("ADD", "x".repeat(1 << 20)).stdout().strip())
                .isEqualTo("1048576");
    }

    @Test
    void whatLiesBesideIsExecutedAfterTheWaitIfTheAgentHasGone() throws IOException {
        lay("echo alone");
        leaveSocket();
        assertThat(launcher.with("META_PLUGINS_WAIT", "0.1").execute("DEL", "{}"))
                .isEqualTo(new Shell.Output(0, "alone\n", ""));
        assertThat(launcher.spool()).doesNotExist();
    }

    @Test
    void anAgentIsPreferredToWhatLiesBeside() throws IOException {
        lay("echo alone");
        ScriptedAgent.Act answering = ScriptedAgent.saying(Frame.answer(0, "agent", ""));
        Path away = Files.createDirectory(directory.resolve("other"));
        Path socket = away.resolve("agent.sock");
        try (ScriptedAgent _ = new ScriptedAgent(socket, answering)) {
            Launcher here = launcher.with("META_PLUGINS_SOCKET", socket);
            assertThat(here.execute("ADD", "{}").stdout()).isEqualTo("agent");
        }
    }

    @Test
    void whatCannotBeExecutedIsAsGoodAsNotThere() throws IOException {
        Files.writeString(exec(), "neither a script nor a program");
        assertThat(Launcher.error(11, launcher.execute("ADD", "{}"))).contains("No such file");

        Files.setPosixFilePermissions(exec(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Shell.Output output = launcher.execute("ADD", "{}");
        assertThat(output.stdout()).contains("\"code\":11");
        assertThat(output.stderr()).contains("meta-plugins/exec: Exec format error");
    }

    @Test
    void argumentsAreForWhatLiesBeside() throws IOException {
        lay("echo \"$*\"; cat");
        assertThat(launcher.run("{}", "--explain", "a b"))
                .isEqualTo(new Shell.Output(0, "router router --explain a b\n{}", ""));
    }

    @Test
    void argumentsAloneAreAnError() {
        Shell.Output output = launcher.run("", "--explain");
        assertThat(output.status()).isEqualTo(1);
        assertThat(output.stdout()).isEmpty();
        assertThat(output.stderr()).contains("meta-plugins/exec: No such file");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAgentThatComesWithinTheWaitAnswers(boolean hasBeenThere) throws Exception {
        if (hasBeenThere) {
            leaveSocket();
        }
        Process process =
                new ProcessBuilder(
                                launcher.with("META_PLUGINS_WAIT", FOR_EVER)
                                        .with("CNI_COMMAND", "ADD")
                                        .command())
                        .start();
        process.getOutputStream().close();
        untilItSleeps(process);
        Files.deleteIfExists(launcher.socket());

        ScriptedAgent.Act answering = ScriptedAgent.saying(Frame.answer(0, "{}", ""));
        try (ScriptedAgent _ = new ScriptedAgent(launcher.socket(), answering);
                var answer = process.inputReader()) {
            assertThat(answer.readLine()).isEqualTo("{}");
            assertThat(process.waitFor()).isZero();
        }
    }

    /** Which it does only after it has tried. */
    private static void untilItSleeps(Process process) throws IOException {
        Path state = Path.of("/proc/" + process.pid() + "/stat");
        while (!Files.readString(state).contains("(router) S")) {
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void anAgentWhoseQueueIsFullIsAway() throws IOException {
        Launcher hurried = launcher.with("META_PLUGINS_TIMEOUT", "0.05");
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(launcher.socket()), 1);
            String details = "timed out";
            while (details.contains("timed out")) {
                details = Launcher.error(11, hurried.execute("ADD", "{}"));
            }
            assertThat(details).contains("temporarily unavailable");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "nan", "inf", "1s", "0x", "1e99"})
    void aWaitThatIsNoneIsTheDefault(String wait) throws IOException {
        ScriptedAgent.Act busy = ScriptedAgent.saying(Frame.refused(2, 1, "busy"));
        ScriptedAgent.Act answering = ScriptedAgent.saying(Frame.answer(0, "{}", ""));
        try (ScriptedAgent _ = new ScriptedAgent(launcher.socket(), busy, answering)) {
            assertThat(launcher.with("META_PLUGINS_WAIT", wait).execute("ADD", "{}").stdout())
                    .isEqualTo("{}");
        }
        try (ScriptedAgent _ = new ScriptedAgent(launcher.socket(), answering)) {
            assertThat(launcher.with("META_PLUGINS_TIMEOUT", wait).execute("ADD", "{}").stdout())
                    .isEqualTo("{}");
        }
    }

    @Test
    void aSocketsPathMayBeTooLong() {
        Launcher lost = launcher.with("META_PLUGINS_SOCKET", "/run/" + "x".repeat(200));
        assertThat(Launcher.error(11, lost.execute("ADD", "{}"))).contains("name too long");
    }

    private Path exec() {
        return directory.resolve("meta-plugins/exec");
    }

    private void lay(String script) throws IOException {
        Files.writeString(exec(), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(exec(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A socket that nobody listens to any more. */
    private void leaveSocket() throws IOException {
        try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            gone.bind(UnixDomainSocketAddress.of(launcher.socket()));
        }
    }
}

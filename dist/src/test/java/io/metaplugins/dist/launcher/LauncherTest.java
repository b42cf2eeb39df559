package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metaplugins.testkit.Shell;
import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime and a person see of the launcher, and what the agent sees of a runtime. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LauncherTest {
    private static final String CONFIGURATION = "{\"cniVersion\":\"1.0.0\",\"name\":\"ü\"}\n";
    private static final int MIB = 1 << 20;

    private Path directory;
    private Launcher launcher;

    @BeforeAll
    void compile(@TempDir Path temporary) {
        directory = temporary;
        launcher = Launcher.compile(directory);
    }

    @Test
    void handsOnNamesVariablesOfTheProtocolAndInput() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("coordinator"), Path.of("router"));
        try (ScriptedAgent agent = agent(Frame.answer(0, "", ""))) {
            launcher.as(link)
                    .with("CNI_ARGS", "K8S_POD_NAME=ü;A==")
                    .with("CNI_NETNS", "")
                    .with("TRACEPARENT", "00-1")
                    .with("TRACESTATE", "a=b")
                    .with("BAGGAGE", "c=d")
                    .with("BAGGAGES", "no")
                    .with("PATH", "/bin")
                    .execute("ADD", CONFIGURATION);

            Frame request = agent.requests().getFirst();
            assertThat(request.version()).isEqualTo(1);
            assertThat(request.kind()).isEqualTo(Frame.EXECUTE);
            assertThat(request.strings().subList(0, 2)).containsExactly("coordinator", "router");
            assertThat(request.strings().subList(2, request.strings().size()))
                    .containsExactlyInAnyOrder(
                            "CNI_COMMAND=ADD",
                            "CNI_ARGS=K8S_POD_NAME=ü;A==",
                            "CNI_NETNS=",
                            "TRACEPARENT=00-1",
                            "TRACESTATE=a=b",
                            "BAGGAGE=c=d");
            assertThat(request.input()).isEqualTo(CONFIGURATION);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "255, 255", "256, 1", "-1, 1"})
    void printsWhatTheAgentSaysAndEndsWithItsStatus(int told, int seen) throws IOException {
        try (ScriptedAgent _ = agent(Frame.answer(told, "{\"a\": \"ü\"}\n", "careful\n"))) {
            assertThat(launcher.execute("ADD", CONFIGURATION))
                    .isEqualTo(new Shell.Output(seen, "{\"a\": \"ü\"}\n", "careful\n"));
        }
    }

    @Test
    void printsLongAnswers() throws IOException {
        String result = "x".repeat(3 * MIB);
        String warnings = "y".repeat(MIB / 2);
        try (ScriptedAgent _ = agent(Frame.answer(0, result, warnings))) {
            assertThat(launcher.execute("ADD", CONFIGURATION))
                    .isEqualTo(new Shell.Output(0, result, warnings));
        }
    }

    @Test
    void takesInputUpTo1MiB() throws IOException {
        String longest = CONFIGURATION + " ".repeat(MIB - CONFIGURATION.length() - 1);
        try (ScriptedAgent agent = agent(Frame.answer(0, "", ""))) {
            assertThat(launcher.execute("ADD", longest).status()).isZero();
            assertThat(agent.requests().getFirst().input()).isEqualTo(longest);

            String more = Launcher.error(6, "1.0.0", launcher.execute("ADD", longest + " "));
            assertThat(more).contains("longer than 1048576 bytes");
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @Test
    void takesVariablesUpTo128KiB() throws IOException {
        Launcher much = launcher.with("CNI_ARGS", "x".repeat(100_000));
        try (ScriptedAgent agent = agent(Frame.answer(0, "", ""))) {
            assertThat(much.with("OTHER", "x".repeat(100_000)).execute("ADD", "{}").status())
                    .isZero();

            Launcher tooMuch = much.with("CNI_OTHER", "x".repeat(40_000));
            assertThat(Launcher.error(4, "1.0.0", tooMuch.execute("ADD", CONFIGURATION)))
                    .contains("longer than 131072 bytes");
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @Test
    void passesADescriptorOfTheNamespace() throws IOException {
        try (TestNetns pod = TestNetns.create("pod")) {
            String identity = pod.run("readlink", "/proc/self/ns/net");
            assertThat(received(pod.path().toString())).isEqualTo(identity).startsWith("net:[");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/nowhere", "relative/nowhere"})
    void passesNoDescriptorIfThereIsNoNamespace(String path) throws IOException {
        assertThat(received(path)).isEmpty();
    }

    /** Without a descriptor the agent would take the pod for gone, and leave in it what it made. */
    @ParameterizedTest
    @ValueSource(strings = {"ADD", "CHECK", "DEL"})
    void asksForNothingIfItCannotTellWhetherThereIsANamespace(String verb) throws IOException {
        Path loop = directory.resolve("loop");
        Files.deleteIfExists(loop);
        Files.createSymbolicLink(loop, loop);
        try (ScriptedAgent agent = agent(Frame.answer(0, "", ""))) {
            Shell.Output output = launcher.with("CNI_NETNS", loop).execute(verb, CONFIGURATION);

            assertThat(Launcher.error(11, "1.0.0", output))
                    .contains(loop.toString())
                    .containsIgnoringCase("symbolic link");
            assertThat(agent.requests()).isEmpty();
        }
    }

    /** What the descriptors are that an independent program received. */
    private String received(String namespace) throws IOException {
        Path receiver = directory.resolve("receiver");
        Path socket = directory.resolve("receiver.sock");
        Shell.run("gcc", "-Wall", "-Werror", "-o", receiver.toString(), "src/test/c/receiver.c");
        Process process = new ProcessBuilder(receiver.toString(), socket.toString()).start();
        try (var ready = process.inputReader()) {
            assertThat(ready.readLine()).isEqualTo("ready");
            Shell.Output output =
                    launcher.with("META_PLUGINS_SOCKET", socket)
                            .with("CNI_NETNS", namespace)
                            .execute("ADD", CONFIGURATION);
            assertThat(output.status()).as(output.stderr()).isZero();
            return output.stdout();
        } finally {
            process.destroy();
            Files.deleteIfExists(socket);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"cniVersion": "0.1.0"}                                       | 0.1.0
                    {"cniVersion":"0.3.1"}                                        | 0.3.1
                    { "name" : "n" , "cniVersion" : "0.4.0" , "x" : 1 }           | 0.4.0
                    {"plugins": [{"cniVersion": "0.1.0"}], "cniVersion": "1.0.0"} | 1.0.0
                    {"x": {"cniVersion": "0.1.0"}}                                | 1.1.0
                    {"x": "\\\\\\"", "cniVersion": "0.2.0"}                       | 0.2.0
                    {"x": "\\", \\"cniVersion\\": \\"0.2.0\\"}"}                  | 1.1.0
                    {"x": "cniVersion", "y": "0.2.0"}                             | 1.1.0
                    {"x": "}", "cniVersion": "0.3.0"}                             | 0.3.0
                    {"cniVersion": 0.4, "x": "0.4.0"}                             | 1.1.0
                    {"cniVersion": "9.9.9"}                                       | 1.1.0
                    {"cniVersion": "\\",\\"0.1"}                                  | 1.1.0
                    {"cniVersion": "0.4.0                                         | 1.1.0
                    {"cniVersion                                                  | 1.1.0
                    {"cniVersion":                                                | 1.1.0
                    {"cniVersion":"\\                                             | 1.1.0
                    ["cniVersion", "0.4.0"]                                       | 1.1.0
                    []}}]{"cniVersion                                             | 1.1.0
                    ``                                                            | 1.1.0
                    """)
    void answersVersionsWithoutAnAgent(String stdin, String version) {
        Shell.Output output = launcher.execute("VERSION", stdin);

        assertThat(output.status()).isZero();
        assertThat(output.stderr()).isEmpty();
        JsonNode answer = Launcher.document(output);
        assertThat(answer.path("cniVersion").asText()).isEqualTo(version);
        assertThat(answer.path("supportedVersions").toString())
                .isEqualTo(
                        "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]");
    }

    @Test
    void answersVersionsToAPersonWhoTypesNothing() throws Exception {
        Process process =
                new ProcessBuilder(launcher.with("CNI_COMMAND", "VERSION").command()).start();
        try (var never = process.getOutputStream();
                var answer = process.inputReader()) {
            assertThat(answer.readLine()).contains("supportedVersions");
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            never.flush();
        }
    }

    @Test
    void tellsAPersonWhatItIs() throws IOException {
        for (String name : List.of("veth", "tunnel-cni", "other")) {
            Path link = Files.createSymbolicLink(directory.resolve(name), Path.of("router"));
            String known = name.equals("other") ? "router" : name;
            assertThat(launcher.as(link).run(""))
                    .isEqualTo(
                            new Shell.Output(
                                    0,
                                    "",
                                    "CNI "
                                            + known
                                            + " plugin "
                                            + Launcher.VERSION
                                            + " of meta-plugins\n"
                                            + "CNI protocol versions supported: 0.1.0, 0.2.0,"
                                            + " 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n"));
        }
    }

    @Test
    void failsIfItsInputCannotBeRead() {
        assertThat(Launcher.error(5, inShell("\"$@\" <.")))
                .contains("read standard input: Is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"$@\" >/dev/full", "\"$@\" >&-"})
    void failsIfItsAnswerCannotBeWritten(String redirected) throws IOException {
        try (ScriptedAgent _ = agent(Frame.answer(0, "{}", ""))) {
            Shell.Output output = inShell(redirected);
            assertThat(output.status()).isEqualTo(1);
            assertThat(output.stderr()).contains("write standard output");
        }
    }

    @Test
    void needsNeitherInputNorStandardError() throws IOException {
        try (ScriptedAgent agent = agent(Frame.answer(0, "{}", "unheard"))) {
            assertThat(inShell("\"$@\" <&- 2>&-")).isEqualTo(new Shell.Output(0, "{}", ""));
            assertThat(agent.requests().getFirst().input()).isEmpty();
        }
    }

    private Shell.Output inShell(String script) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(launcher.with("CNI_COMMAND", "ADD").command());
        return Shell.attempt(command, "", Map.of());
    }

    private ScriptedAgent agent(Frame answer) {
        return new ScriptedAgent(launcher.socket(), ScriptedAgent.saying(answer));
    }
}

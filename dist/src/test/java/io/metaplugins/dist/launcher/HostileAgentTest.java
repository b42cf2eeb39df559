package io.metaplugins.dist.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What listens where the agent should may send anything at any time: the runtime still gets one
 * document, or the answer of the agent's next life.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileAgentTest {
    private static final Frame ANSWER = Frame.answer(0, "{}\n", "");
    private static final Shell.Output ANSWERED = new Shell.Output(0, "{}\n", "");

    /** More than a socket's buffer holds. */
    private static final String LONG = "{\"cniVersion\":\"1.0.0\"}" + " ".repeat(1_000_000);

    private Path directory;
    private Launcher impatient;
    private Launcher patient;

    @BeforeAll
    void compile(@TempDir Path temporary) {
        directory = temporary;
        impatient = Launcher.compile(directory);
        patient = impatient.with("META_PLUGINS_WAIT", 60);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("interruptions")
    void anAgentThatEndsBeforeItHasAnsweredIsAskedAgain(String stage, ScriptedAgent.Act act)
            throws IOException {
        try (ScriptedAgent agent = agent(act, act, ScriptedAgent.saying(ANSWER))) {
            assertThat(patient.execute("ADD", LONG)).as(stage).isEqualTo(ANSWERED);
            assertThat(agent.requests().getLast().input()).isEqualTo(LONG);
        }
    }

    static List<Arguments> interruptions() {
        return List.of(
                Arguments.of("at once", (ScriptedAgent.Act) (_, _) -> {}),
                Arguments.of("after a byte", reading(1)),
                Arguments.of("after the header", reading(Frame.HEADER)),
                Arguments.of("within the input", reading(500_000)),
                Arguments.of("after the request", ScriptedAgent.saying(new byte[0])),
                Arguments.of("within the answer's magic", answering(3)),
                Arguments.of("within the answer's header", answering(Frame.HEADER - 1)),
                Arguments.of("after the answer's header", answering(Frame.HEADER)),
                Arguments.of("before the answer's last byte", answering(ANSWER.bytes().length - 1)),
                Arguments.of(
                        "draining, with all of the request unread",
                        ScriptedAgent.interrupting(Frame.refused(2, 1, "draining"))),
                Arguments.of("busy", ScriptedAgent.saying(Frame.refused(2, 1, "queue is full"))));
    }

    private static ScriptedAgent.Act reading(int length) {
        return (connection, _) -> {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && connection.read(bytes) >= 0) {}
        };
    }

    private static ScriptedAgent.Act answering(int length) {
        return ScriptedAgent.saying(Arrays.copyOf(ANSWER.bytes(), length));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void whatIsNoAnswerIsAnError(String kind, byte[] bytes) throws IOException {
        try (ScriptedAgent agent = agent(ScriptedAgent.saying(bytes))) {
            Shell.Output output = patient.execute("DEL", "{\"cniVersion\": \"0.3.1\"}");

            assertThat(Launcher.error(5, "0.3.1", output))
                    .as(kind)
                    .contains("is no agent", directory.toString());
            assertThat(agent.requests()).hasSize(1);
        }
    }

    static List<Arguments> nonsense() {
        return List.of(
                Arguments.of(
                        "a web server's",
                        "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("4 GiB announced", header("MPLG", 1, Frame.ANSWER, -1)),
                Arguments.of("2 GiB announced", header("MPLG", 1, Frame.ANSWER, Integer.MAX_VALUE)),
                Arguments.of(
                        "a byte too much announced",
                        header("MPLG", 1, Frame.ANSWER, (4 << 20) + 1)),
                Arguments.of("another magic", header("MPLH", 1, Frame.ANSWER, 8)),
                Arguments.of("a request", new Frame(1, Frame.EXECUTE, new byte[8]).bytes()),
                Arguments.of("a command", new Frame(1, 4, new byte[8]).bytes()),
                Arguments.of("an unknown kind", new Frame(1, 0xffff, new byte[8]).bytes()),
                Arguments.of("an answer in another version", ANSWER.inVersion(2).bytes()),
                Arguments.of(
                        "an answer without a body",
                        new Frame(1, Frame.ANSWER, new byte[0]).bytes()),
                Arguments.of(
                        "an answer of 7 bytes", new Frame(1, Frame.ANSWER, new byte[7]).bytes()),
                Arguments.of("an answer shorter than it says", outputOf(9)),
                Arguments.of("an answer much shorter than it says", outputOf(-1)),
                Arguments.of(
                        "a refusal of 3 bytes", new Frame(1, Frame.REFUSED, new byte[3]).bytes()));
    }

    private static byte[] header(String magic, int version, int kind, int length) {
        byte[] bytes = new byte[Frame.HEADER];
        Frame.littleEndian(bytes)
                .put(magic.getBytes(StandardCharsets.UTF_8))
                .putShort((short) version)
                .putShort((short) kind)
                .putInt(length);
        return bytes;
    }

    /** An answer that announces so much output, and has 8 bytes of it. */
    private static byte[] outputOf(int length) {
        byte[] body = new byte[16];
        Frame.littleEndian(body).putInt(0).putInt(length);
        return new Frame(1, Frame.ANSWER, body).bytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 99, 0xffff})
    void aRefusalForGoodIsAnErrorWithTheAgentsWords(int reason) throws IOException {
        String text = "no \"such\" \\ thing\n\u0001 as ü";
        Frame refusal = Frame.refused(reason, 1, text);
        try (ScriptedAgent agent = agent(ScriptedAgent.saying(refusal))) {
            String details = Launcher.error(999, patient.execute("DEL", "{}"));
            assertThat(details).contains("no \"such\" \\ thing\n\u0001 as ??");
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @Test
    void aRefusalIsHeardThoughTheRequestWasNotReadToItsEnd() throws IOException {
        ScriptedAgent.Act refusing = ScriptedAgent.interrupting(Frame.refused(3, 1, "too long"));
        try (ScriptedAgent _ = agent(refusing, ScriptedAgent.saying(ANSWER))) {
            assertThat(Launcher.error(999, "1.0.0", patient.execute("ADD", LONG)))
                    .contains("too long");
        }
    }

    @Test
    void aRefusalMayBeVeryLong() throws IOException {
        Frame refusal = Frame.refused(3, 1, "\u0001".repeat((4 << 20) - 4));
        try (ScriptedAgent _ = agent(ScriptedAgent.saying(refusal))) {
            assertThat(Launcher.error(999, patient.execute("ADD", "{}"))).contains("\u0001\u0001");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1})
    void anAgentThatRefusesWithoutEndIsAway(int reason) throws IOException {
        Frame refusal = Frame.refused(reason, 1, "not now");
        try (ScriptedAgent agent = agent(ScriptedAgent.saying(refusal))) {
            Launcher waiting = impatient.with("META_PLUGINS_WAIT", "0.1");
            assertThat(Launcher.error(11, waiting.execute("CHECK", "{}"))).contains("not now");
            assertThat(agent.requests()).hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1_000_000})
    void anAgentThatNeitherReadsNorAnswersIsAway(int length) throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedAgent _ = agent((_, _) -> await(ended))) {
            Launcher hurried = patient.with("META_PLUGINS_TIMEOUT", "0.2");
            Shell.Output output = hurried.execute("STATUS", "{" + " ".repeat(length) + "}");
            ended.countDown();
            assertThat(output.stdout()).contains("\"code\":50", "timed out");
        }
    }

    @Test
    void slownessIsNoFault() throws IOException {
        ScriptedAgent.Act slow =
                (connection, requests) -> {
                    requests.add(Frame.read(connection, 100));
                    for (byte each : ANSWER.bytes()) {
                        ScriptedAgent.write(connection, new byte[] {each});
                    }
                };
        try (ScriptedAgent agent = agent(slow)) {
            assertThat(patient.execute("ADD", LONG)).isEqualTo(ANSWERED);
            assertThat(agent.requests().getFirst().input()).isEqualTo(LONG);
        }
    }

    private static void await(CountDownLatch event) {
        try {
            event.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ScriptedAgent agent(ScriptedAgent.Act... acts) {
        return new ScriptedAgent(impatient.socket(), acts);
    }
}

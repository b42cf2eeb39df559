package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.JnrServerLibc;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a request, and what its launcher, at the other end of a socket, gets of it. */
class TaskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Frame REQUEST = new Frame(1, Frame.CONTROL, new byte[] {'x', 0});
    private static final Frame ANSWER = new Frame(1, Frame.ANSWER, new byte[8]);

    private final List<String> done = new ArrayList<>();
    private Reception reception;
    private SocketChannel launcher;
    private Connection connection;

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("agent.sock");
        reception =
                Reception.open(
                        JnrLibc.load(),
                        JnrServerLibc.load(),
                        socket,
                        new Reception.Limits(1, 1 << 20, PATIENCE));
        launcher = SocketChannel.open(StandardProtocolFamily.UNIX);
        launcher.connect(UnixDomainSocketAddress.of(socket));
        launcher.write(ByteBuffer.wrap(REQUEST.bytes()));
        connection = Objects.requireNonNull(reception.next(PATIENCE)).connection();
    }

    @AfterEach
    void disconnect() throws IOException {
        launcher.close();
        connection.close();
        reception.close();
    }

    private Task task(Runnable work) {
        return new Task("c0ffee", 0, connection, work);
    }

    private void work() {
        done.add("work");
        connection.answer(ANSWER);
    }

    /** All that the launcher is sent before the end of its connection. */
    private byte[] received() throws IOException {
        return Channels.newInputStream(launcher).readAllBytes();
    }

    private void assertSentAway(String why) throws IOException {
        assertThat(received()).isEqualTo(Refusal.BUSY.frame(Frame.OLDEST, why).bytes());
    }

    @Test
    void whatIsDoneIsAnswered() throws IOException {
        Task task = task(this::work);

        assertThat(task.isStarted()).isFalse();
        assertThat(task.run()).isTrue();

        assertThat(task.isStarted()).isTrue();
        assertThat(done).containsExactly("work");
        assertThat(received()).isEqualTo(ANSWER.bytes());
    }

    @Test
    void whatIsGivenUpBeforeItsTurnIsNotDone() throws IOException {
        Task task = task(this::work);

        assertThat(task.giveUp("the agent ends")).isTrue();
        assertThat(task.run()).isTrue();

        assertThat(task.isStarted()).isFalse();
        assertThat(done).isEmpty();
        assertSentAway("the agent ends");
    }

    @Test
    void whatIsGivenUpWhenItIsHalfDoneIsDoneButNotAnswered() throws IOException {
        List<Task> self = new ArrayList<>();
        self.add(
                task(() -> {
                    assertThat(self.getFirst().giveUp("it takes too long")).isTrue();
                    work();
                }));

        assertThat(self.getFirst().run()).isTrue();

        assertThat(done).containsExactly("work");
        assertSentAway("it takes too long");
    }

    @Test
    void itIsGivenUpOnce() throws IOException {
        Task task = task(this::work);

        assertThat(task.giveUp("first")).isTrue();
        assertThat(task.giveUp("second")).isFalse();

        assertSentAway("first");
    }

    @Test
    void anExceptionEndsTheConnectionAndNotTheThread() throws IOException {
        assertThat(task(() -> Objects.requireNonNull(null, "nothing there")).run()).isTrue();

        assertThat(received()).isEmpty();
    }

    @Test
    void anErrorEndsTheConnectionAndTheThread() throws IOException {
        Task task =
                task(() -> {
                    throw new AssertionError("stranded in a pod");
                });

        assertThat(task.run()).isFalse();

        assertThat(received()).isEmpty();
    }

    @Test
    void aLauncherThatIsGoneKeepsNothingFromBeingDone() throws IOException {
        launcher.close();

        assertThat(task(this::work).run()).isTrue();
        assertThat(task(this::work).giveUp("nobody hears it")).isTrue();

        assertThat(done).containsExactly("work");
    }

    @Test
    void whatNobodyWaitsForIsDoneAlike() {
        Task task = new Task("c0ffee", 0, null, () -> done.add("spooled"));

        assertThat(task.run()).isTrue();

        assertThat(done).containsExactly("spooled");
        assertThat(task.isLate(Duration.ZERO)).isTrue();
        assertThat(task.isLate(PATIENCE)).isFalse();
    }

    /** What it changes goes on meanwhile, and what it tells would be lost. */
    @Test
    void whatAPersonWaitsForIsNeverLate() {
        assertThat(task(this::work).isLate(Duration.ZERO)).isTrue();
        assertThat(Task.forPerson(2, connection, this::work).isLate(Duration.ZERO)).isFalse();
    }
}

package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.JnrServerLibc;
import io.metaplugins.libc.Libc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors that come along with a message: one is taken, and no other one stays open. */
class ConnectionTest {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final byte[] MESSAGE = new Frame(1, Frame.CONTROL, new byte[] {'x', 0}).bytes();

    private final Libc libc = JnrLibc.load();
    private final ByteBuffer room = ByteBuffer.allocateDirect(1 << 10);
    private Path file;
    private int sent;
    private SocketPair pair;
    private Connection connection;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        file = Files.createFile(directory.resolve("sent")).toRealPath();
        sent = libc.open(file.toString(), O_RDONLY_CLOEXEC);
        pair = SocketPair.open();
        connection = new Connection(libc, JnrServerLibc.load(), pair.first(), Long.MAX_VALUE);
    }

    @AfterEach
    void close() {
        connection.close();
        libc.close(pair.second());
        libc.close(sent);
    }

    /** Of the file that is sent, besides the one that is sent. */
    private long received() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(this::isOfTheFile).count() - 1;
        }
    }

    private boolean isOfTheFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false; // It was closed meanwhile.
        }
    }

    private void send(byte[] bytes, int descriptors) {
        pair.send(bytes, Collections.nCopies(descriptors, sent));
    }

    private void assertTaken() throws IOException {
        int taken = connection.takeDescriptor();
        assertThat(taken).isNotNegative();
        assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + taken))).isEqualTo(file);
        assertThat(connection.takeDescriptor()).isNegative();
        libc.close(taken);
        assertThat(received()).isZero();
    }

    /** The kernel's limit is SCM_MAX_FD, 253. */
    @Test
    void isAbandonedWhenTheOtherEndIsClosedAndNotBefore() throws IOException {
        assertThat(connection.isAbandoned()).isFalse();
        pair.send(MESSAGE, List.of());
        assertThat(connection.isAbandoned()).as("something is to be read").isFalse();

        libc.close(pair.second());
        pair = SocketPair.open(); // For the end of the test to close.

        assertThat(connection.isAbandoned()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 253})
    void ofSeveralAtOnceOneIsKept(int count) throws IOException {
        send(MESSAGE, count);

        assertThat(connection.receive(room)).isNotNull();

        assertThat(received()).isEqualTo(1);
        assertTaken();
    }

    @Test
    void ofSeveralOneAfterTheOtherTheFirstIsKept() throws IOException {
        for (int at = 0; at < MESSAGE.length - 1; at++) {
            send(Arrays.copyOfRange(MESSAGE, at, at + 1), 2);
            assertThat(connection.receive(room)).isNull();
            assertThat(received()).isEqualTo(1);
        }
        send(Arrays.copyOfRange(MESSAGE, MESSAGE.length - 1, MESSAGE.length), 2);

        assertThat(connection.receive(room)).isNotNull();

        assertThat(received()).isEqualTo(1);
        assertTaken();
    }

    @Test
    void whatNobodyTakesEndsWithTheConnection() throws IOException {
        send(MESSAGE, 2);
        assertThat(connection.receive(room)).isNotNull();

        connection.close();

        assertThat(received()).isZero();
        assertThat(connection.takeDescriptor()).isNegative();
    }

    @Test
    void noneIsNone() {
        send(MESSAGE, 0);

        assertThat(connection.receive(room)).isNotNull();

        assertThat(connection.takeDescriptor()).isNegative();
    }
}

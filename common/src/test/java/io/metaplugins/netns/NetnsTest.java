package io.metaplugins.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.testkit.FullLibc;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.OneWayLibc;
import io.metaplugins.testkit.Shell;
import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class NetnsTest {
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    @RegisterExtension final HostUnchanged hostUnchanged = new HostUnchanged();

    private final Libc libc = JnrLibc.load();

    /** The namespace of the calling thread, as the kernel shows it. */
    private static String here() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void runsInsideAndGoesBack() {
        String before = here();
        try (TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(libc, pod.path())) {
            assertThat(netns.inside(NetnsTest::here))
                    .isEqualTo("net:[" + netns.id() + "]")
                    .isEqualTo(pod.run("readlink", "/proc/self/ns/net").strip())
                    .isNotEqualTo(before);
        }
        assertThat(here()).isEqualTo(before);
    }

    @Test
    void goesBackWhenTheTaskFails() {
        String before = here();
        try (TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(libc, pod.path())) {
            assertThatThrownBy(() ->
                            netns.inside(() -> {
                                throw new IllegalStateException("no");
                            }))
                    .hasMessage("no");
        }
        assertThat(here()).isEqualTo(before);
    }

    @Test
    void tasksMayBeNested() {
        String before = here();
        try (TestNetns one = TestNetns.create("one");
                TestNetns two = TestNetns.create("two");
                Netns outer = Netns.open(libc, one.path());
                Netns inner = Netns.open(libc, two.path())) {
            String seen = outer.inside(() -> inner.inside(NetnsTest::here) + " " + here());
            assertThat(seen).isEqualTo("net:[" + inner.id() + "] net:[" + outer.id() + "]");
        }
        assertThat(here()).isEqualTo(before);
    }

    @Test
    void isTheSameByWhicheverPath() {
        try (TestNetns pod = TestNetns.create("pod");
                Netns byPath = Netns.open(libc, pod.path());
                Netns byDescriptor =
                        Netns.ofDescriptor(
                                libc, libc.open(pod.path().toString(), O_RDONLY_CLOEXEC));
                Netns own = Netns.current(libc)) {
            assertThat(byPath.isSameAs(byDescriptor)).isTrue();
            assertThat(byPath.isSameAs(own)).isFalse();
            assertThat(byPath.inside(() -> isCurrent(byDescriptor))).isTrue();
        }
    }

    private boolean isCurrent(Netns netns) {
        try (Netns current = Netns.current(libc)) {
            return current.isSameAs(netns);
        }
    }

    @Test
    void livesAsLongAsItIsHeldOpen() {
        TestNetns pod = TestNetns.create("pod");
        try (Netns netns = Netns.open(libc, pod.path())) {
            pod.close();
            assertThat(netns.inside(NetnsTest::here)).isEqualTo("net:[" + netns.id() + "]");
        }
    }

    @Test
    void refusesAVirtualThread() throws InterruptedException {
        try (TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(libc, pod.path())) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread.ofVirtual()
                    .uncaughtExceptionHandler((_, e) -> thrown.set(e))
                    .start(() -> netns.inside(NetnsTest::here))
                    .join();
            assertThat(thrown.get())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a virtual thread cannot enter a network namespace");
        }
    }

    @Test
    void refusesWhatIsNoNetworkNamespace(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path fifo = directory.resolve("fifo");
        Shell.run("mkfifo", fifo.toString());
        for (Path path :
                new Path[] {
                    file,
                    fifo,
                    directory,
                    Path.of("/dev/null"),
                    Path.of("/proc/self/ns/mnt"),
                    Path.of("/proc/self/ns/pid")
                }) {
            assertThatThrownBy(() -> Netns.open(libc, path))
                    .isInstanceOf(NetnsException.class)
                    .hasMessage(path + " is not a network namespace");
        }
        assertThatThrownBy(() -> Netns.open(libc, directory.resolve("gone")))
                .isInstanceOf(NetnsException.class)
                .hasMessage(
                        "network namespace "
                                + directory.resolve("gone")
                                + " cannot be opened: ENOENT");
        assertThatThrownBy(() -> Netns.ofDescriptor(libc, -1)).isInstanceOf(NetnsException.class);
    }

    @Test
    void saysWhetherThereIsNothingOrNobodyCanTell(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path socket = directory.resolve("socket");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThat(isGone(libc, directory.resolve("gone"))).isTrue();
        assertThat(isGone(libc, file.resolve("below"))).isTrue();
        assertThat(isGone(libc, file)).isTrue();
        assertThat(isGone(libc, socket)).isTrue();
        assertThat(isGone(libc, loop)).isFalse();
        try (TestNetns pod = TestNetns.create("pod")) {
            assertThat(isGone(new FullLibc(libc, pod.path()), pod.path())).isFalse();
        }
    }

    private static boolean isGone(Libc libc, Path path) {
        try (Netns _ = Netns.open(libc, path)) {
            throw new AssertionError(path + " was opened");
        } catch (NetnsException e) {
            return e.isGone();
        }
    }

    @Test
    void aThreadThatCannotGoBackIsLostAndHoldsNothing() throws InterruptedException {
        try (TestNetns pod = TestNetns.create("pod");
                Netns netns = Netns.open(new OneWayLibc(libc, 0), pod.path())) {
            AtomicBoolean closed = new AtomicBoolean();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread lost =
                    Thread.ofPlatform()
                            .name("lost")
                            .uncaughtExceptionHandler((_, e) -> thrown.set(e))
                            .start(() -> {
                                AutoCloseable _ =
                                        netns.<AutoCloseable>inside(() -> () -> closed.set(true));
                            });
            lost.join();

            assertThat(thrown.get())
                    .isInstanceOf(StrandedThreadError.class)
                    .hasMessage("thread lost is stranded in " + netns + ": ENOMEM");
            assertThat(closed).isTrue();
        }
    }

    @Test
    void closesADescriptorThatItRefuses(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        int descriptor = libc.open(file.toString(), O_RDONLY_CLOEXEC);
        assertThatThrownBy(() -> Netns.ofDescriptor(libc, descriptor))
                .hasMessage("descriptor " + descriptor + " is not a network namespace");
        assertThat(Path.of("/proc/self/fd", Integer.toString(descriptor))).doesNotExist();
    }

    @Test
    void isClosedOnce() {
        try (TestNetns pod = TestNetns.create("pod")) {
            Netns netns = Netns.open(libc, pod.path());
            netns.close();
            netns.close();
            assertThatThrownBy(() -> netns.inside(NetnsTest::here))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
    }
}

package io.metaplugins.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.testkit.Signals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnrLibcTest {
    private static final int O_RDWR = 2;

    private final Libc libc = JnrLibc.load();

    @Test
    void readsAndWritesBetweenPositionAndLimit(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("größe"), "0123456789");
        int descriptor = libc.open(file.toString(), O_RDWR);
        ByteBuffer text = ByteBuffer.allocateDirect(8);
        text.put("abcdefgh".getBytes(StandardCharsets.UTF_8)).position(2).limit(5);
        assertThat(libc.write(descriptor, text)).isEqualTo(3);
        assertThat(text.position()).isEqualTo(2);
        text.limit(8).position(6);
        assertThat(libc.read(descriptor, text)).isEqualTo(2);
        libc.close(descriptor);
        assertThat(Files.readString(file)).isEqualTo("cde3456789");
        assertThat(text.get(5)).isEqualTo((byte) 'f');
        assertThat(text.get(6)).isEqualTo((byte) '3');
    }

    @Test
    void tellsTheInodeOfAnOpenFile(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        int descriptor = libc.open(file.toString(), O_RDWR);
        assertThat(libc.inode(descriptor)).isEqualTo(Files.getAttribute(file, "unix:ino"));
        libc.close(descriptor);
    }

    @Test
    void tellsTheFileSystem() {
        int descriptor = libc.open("/proc/self/status", 0);
        assertThat(libc.fileSystem(descriptor)).as("PROC_SUPER_MAGIC").isEqualTo(0x9fa0);
        libc.close(descriptor);
    }

    @Test
    void namesTheCallAndTheErrno() {
        assertThatThrownBy(() -> libc.open("/nonexistent", 0))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("open /nonexistent: ENOENT");
        assertThatThrownBy(() -> libc.fileSystem(-1)).hasMessage("fstatfs: EBADF");
        assertThatThrownBy(() -> libc.inode(-1)).hasMessage("statx: EBADF");
        assertThatThrownBy(() -> libc.bind(-1, ByteBuffer.allocateDirect(16)))
                .hasMessage("bind: EBADF");
        assertThatThrownBy(() -> libc.attachFilter(-1, ByteBuffer.allocateDirect(8)))
                .hasMessage("attach filter: EBADF");
        assertThatThrownBy(() -> libc.setns(-1, 0)).hasMessage("setns: EBADF");
        assertThatThrownBy(() -> libc.ioctl(-1, 0xb703)).hasMessage("ioctl 0xb703: EBADF");
        assertThatThrownBy(() -> libc.socket(-1, 0, 0)).hasMessage("socket: EAFNOSUPPORT");
        assertThatThrownBy(() -> libc.recv(-1, ByteBuffer.allocateDirect(1), 0))
                .hasMessage("recv: EBADF");
    }

    @Test
    void pollTellsWhetherThereIsSomething() {
        int descriptor = socket();
        assertThat(libc.poll(descriptor, 1)).isFalse();
        libc.send(descriptor, ByteBuffer.allocateDirect(1));
        assertThat(libc.poll(descriptor, 60_000)).isTrue();
        libc.close(descriptor);
    }

    /** Or else a JVM's own signals would be errors. */
    @Test
    void aSignalEndsPoll() {
        int descriptor = socket();
        long start = System.nanoTime();
        try (Signals _ = Signals.toThisThread()) {
            assertThat(libc.poll(descriptor, 60_000)).isFalse();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
        libc.close(descriptor);
    }

    /** A datagram socket of IPv4 that is connected to itself. */
    private int socket() {
        int descriptor = libc.socket(2, 2, 0);
        ByteBuffer address =
                ByteBuffer.allocateDirect(16)
                        .order(ByteOrder.nativeOrder())
                        .putShort(0, (short) 2)
                        .put(4, new byte[] {127, 0, 0, 1});
        libc.bind(descriptor, address);
        libc.getsockname(descriptor, address);
        libc.connect(descriptor, address);
        return descriptor;
    }

    @Test
    void namesErrnos() {
        assertThat(Errno.name(1)).isEqualTo("EPERM");
        assertThat(Errno.name(Errno.EEXIST)).isEqualTo("EEXIST");
        assertThat(Errno.name(Errno.EOPNOTSUPP)).isEqualTo("EOPNOTSUPP");
        assertThat(Errno.name(101)).isEqualTo("ENETUNREACH");
        assertThat(Errno.name(133)).isEqualTo("EHWPOISON");
        assertThat(Errno.name(524)).isEqualTo("ENOTSUPP");
        for (int none : new int[] {-1, 0, 41, 58, 134}) {
            assertThat(Errno.name(none)).isEqualTo("errno " + none);
        }
    }
}

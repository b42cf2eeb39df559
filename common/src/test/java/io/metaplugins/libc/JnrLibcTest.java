package io.metaplugins.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThatThrownBy(() -> libc.setns(-1, 0)).hasMessage("setns: EBADF");
        assertThatThrownBy(() -> libc.ioctl(-1, 0xb703)).hasMessage("ioctl 0xb703: EBADF");
        assertThatThrownBy(() -> libc.socket(-1, 0, 0)).hasMessage("socket: EAFNOSUPPORT");
        assertThatThrownBy(() -> libc.recv(-1, ByteBuffer.allocateDirect(1), 0))
                .hasMessage("recv: EBADF");
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

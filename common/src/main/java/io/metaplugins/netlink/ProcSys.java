package io.metaplugins.netlink;

import io.metaplugins.kernel.Sysctl;
import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.netns.Netns;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The settings below {@code /proc/sys/net}, which shows those of the namespace that the looking
 * thread is in.
 */
final class ProcSys {
    private static final String ROOT = "/proc/sys/";

    // asm-generic/fcntl.h
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int O_WRONLY_CLOEXEC = 0x80001;

    /** The kernel gives a setting with one read, and none is longer than a page. */
    private static final int PAGE = 4096;

    private final Libc libc;
    private final Netns netns;

    ProcSys(Libc libc, Netns netns) {
        this.libc = libc;
        this.netns = netns;
    }

    /**
     * The setting; null if it is not there.
     *
     * @throws ErrnoException if it cannot be read
     */
    @Nullable Sysctl read(String path) {
        String value = netns.inside(() -> readHere(ROOT + path));
        return value == null ? null : new Sysctl(path, value);
    }

    /**
     * Writes a setting.
     *
     * @throws ErrnoException if it is not there (ENOENT), or the kernel does not take the value
     */
    void write(Sysctl sysctl) {
        int _ = netns.inside(() -> writeHere(ROOT + sysctl.path(), sysctl.value()));
    }

    private @Nullable String readHere(String file) {
        int descriptor;
        try {
            descriptor = libc.open(file, O_RDONLY_CLOEXEC);
        } catch (ErrnoException e) {
            if (e.number() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(PAGE);
            byte[] value = new byte[libc.read(descriptor, buffer)];
            buffer.get(0, value);
            return new String(value, StandardCharsets.UTF_8).stripTrailing();
        } finally {
            libc.close(descriptor);
        }
    }

    /** In one piece, since the kernel takes each write for a whole value. */
    private int writeHere(String file, String value) {
        int descriptor = libc.open(file, O_WRONLY_CLOEXEC);
        try {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            return libc.write(
                    descriptor, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
        } finally {
            libc.close(descriptor);
        }
    }
}

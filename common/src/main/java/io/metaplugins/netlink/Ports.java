package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.ByteBuffer;

/**
 * The numbers of netlink sockets ({@code nl_pid} of {@code linux/netlink.h}), unique in a namespace
 * and protocol. The kernel says with each change by whose socket it came about. Ours have numbers
 * of their own: the kernel gives out those of processes, which end at 2^22, and negative ones.
 */
final class Ports {
    /** Nobody asked: something changed by itself, or by {@code /proc}. */
    static final int KERNEL = 0;

    private static final int FIRST = 0x4d50_0000;
    private static final int COUNT = 1 << 20;
    private static final int ATTEMPTS = 1000;
    private static final int ADDRESS_BYTES = 12;

    private Ports() {}

    /** Whether a socket of ours has that number, be it of another process. */
    static boolean isOurs(int port) {
        return port >= FIRST && port < FIRST + COUNT;
    }

    /** Gives the socket a number that no other has. */
    static int bind(Libc libc, int descriptor) {
        int first = (int) (System.nanoTime() >>> 8);
        for (int attempt = 1; ; attempt++) {
            int port = FIRST + ((first + attempt) & (COUNT - 1));
            try {
                libc.bind(descriptor, address(port));
                return port;
            } catch (ErrnoException e) {
                if (e.number() != Errno.EADDRINUSE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** {@code struct sockaddr_nl}: family, padding, number, no groups. */
    static ByteBuffer address(int port) {
        return Channel.allocate(ADDRESS_BYTES)
                .putShort(0, (short) Channel.AF_NETLINK)
                .putInt(4, port);
    }
}

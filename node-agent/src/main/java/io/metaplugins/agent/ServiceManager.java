package io.metaplugins.agent;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Who started the agent and wants to know when it is ready: {@code sd_notify(3)}, a datagram to the
 * socket that {@code NOTIFY_SOCKET} names. Without one there is nobody to tell.
 *
 * @param socket a path, or a name of the abstract namespace that begins with {@code @}
 */
record ServiceManager(Libc libc, String socket) {
    private static final Logger log = LogManager.getLogger(ServiceManager.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;

    void ready() {
        tell("READY=1");
    }

    void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String state) {
        if (socket.isEmpty()) {
            return;
        }
        byte[] name = socket.getBytes(StandardCharsets.UTF_8);
        if (name[0] == '@') {
            name[0] = 0;
        }
        byte[] text = state.getBytes(StandardCharsets.UTF_8);
        int descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        try {
            // An abstract name ends where the address does, a path with its zero or there.
            libc.connect(
                    descriptor, direct(2 + name.length).putShort(0, (short) AF_UNIX).put(2, name));
            libc.send(descriptor, direct(text.length).put(0, text));
        } catch (ErrnoException e) {
            log.warn("NOTIFY_SOCKET={}: {}", socket, e.getMessage());
        } finally {
            libc.close(descriptor);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}

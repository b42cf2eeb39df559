package io.metaplugins.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;

/** The lock of one container in a node's ledger, as another process has it that works on that. */
record HeldContainer(FileChannel file, FileLock lock) implements AutoCloseable {
    private static final String LOCKS = "/run/meta-plugins/ledger/.lock";

    static HeldContainer hold(AgentNode node, Attachment pod) throws IOException {
        return hold(node, pod.container());
    }

    static HeldContainer hold(AgentNode node, String container) throws IOException {
        FileChannel file =
                FileChannel.open(node.sandbox().outside(LOCKS), StandardOpenOption.WRITE);
        return new HeldContainer(file, file.lock(position(container), 1, false));
    }

    /** FNV-1a of the name, of which two bits are left out: where launchers of any age look. */
    private static long position(String container) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : container.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ Byte.toUnsignedLong(each)) * 0x100000001b3L;
        }
        return hash & (Long.MAX_VALUE >> 1);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.netns.Netns;
import java.util.List;
import java.util.OptionalInt;

/**
 * The numbers that one namespace has for others ({@code linux/net_namespace.h}). Whoever knows the
 * number hears of the other and may ask about it, and does not keep it alive as a descriptor would.
 */
public final class NamespaceIds implements AutoCloseable {
    private static final int RTM_NEWNSID = 88;
    private static final int RTM_GETNSID = 90;
    private static final int NETNSA_NSID = 1;
    private static final int NETNSA_FD = 3;

    /** {@code struct rtgenmsg}: a family, which does not matter. */
    private static final int HEADER_BYTES = 1;

    /** {@code NETNSA_NSID_NOT_ASSIGNED}: in a request, any number that is free. */
    private static final int NONE = -1;

    private final NetlinkSocket socket;

    private NamespaceIds(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens those of a namespace.
     *
     * @throws ErrnoException if the kernel gives no socket
     */
    public static NamespaceIds open(Libc libc, Netns netns) {
        return new NamespaceIds(netns.inside(() -> NetlinkSocket.open(libc)));
    }

    /**
     * The number of another namespace.
     *
     * @throws RefusedException if the kernel does not tell
     */
    public OptionalInt find(Netns other) {
        Message answer = socket.get(Message.request(RTM_GETNSID, 0, about(other).payload()));
        AttributeReader attributes = AttributeReader.of(answer, HEADER_BYTES);
        while (attributes.next()) {
            if (attributes.type() == NETNSA_NSID) {
                int id = attributes.s32();
                return id == NONE ? OptionalInt.empty() : OptionalInt.of(id);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The number of another namespace, which is given one if it has none. It has it until it ends,
     * and then the number may become another's.
     *
     * @throws RefusedException if the kernel gives none
     */
    public int give(Netns other) {
        OptionalInt known = find(other);
        if (known.isPresent()) {
            return known.getAsInt();
        }
        Message request =
                Message.request(RTM_NEWNSID, 0, about(other).u32(NETNSA_NSID, NONE).payload());
        for (RefusedException refusal : socket.execute(List.of(request)).values()) {
            if (refusal.number() != Errno.EEXIST) {
                throw refusal;
            }
        }
        return find(other)
                .orElseThrow(() ->
                        RefusedException.because(Errno.EAGAIN, other + " was given no number"));
    }

    private static AttributeWriter about(Netns other) {
        return new AttributeWriter(AttributeWriter.header(HEADER_BYTES))
                .u32(NETNSA_FD, other.descriptor());
    }

    @Override
    public void close() {
        socket.close();
    }
}

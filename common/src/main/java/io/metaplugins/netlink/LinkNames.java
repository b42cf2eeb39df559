package io.metaplugins.netlink;

import io.metaplugins.kernel.Link;
import io.metaplugins.libc.Errno;
import io.metaplugins.net.InterfaceName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of a namespace as they are called. Names change, and are given to others: what is
 * remembered is for the time of one request, and forgotten when links are changed, or the kernel
 * says that one is not there.
 */
final class LinkNames implements Interfaces {
    /** From so many on, asking for all at once is quicker. */
    private static final int FEW = 8;

    private final NetlinkSocket socket;
    private final LinkCodec links = new LinkCodec();
    private final Map<Integer, InterfaceName> names = new HashMap<>();
    private final Map<InterfaceName, Integer> indices = new HashMap<>();

    LinkNames(NetlinkSocket socket) {
        this.socket = socket;
    }

    synchronized void remember(Link link) {
        names.put(link.index(), link.name());
        indices.put(link.name(), link.index());
    }

    synchronized void forget() {
        names.clear();
        indices.clear();
    }

    @Override
    public synchronized @Nullable InterfaceName name(int index) {
        InterfaceName known = names.get(index);
        if (known == null) {
            if (names.size() == FEW) {
                rememberAll();
            }
            known = names.containsKey(index) ? names.get(index) : ask(index);
        }
        return known;
    }

    private void rememberAll() {
        for (Message message : socket.dump(links.dump()).messages()) {
            Link link = links.read(message);
            if (link != null) {
                remember(link);
            }
        }
    }

    private @Nullable InterfaceName ask(int index) {
        try {
            Link link = links.read(socket.get(links.get(index)));
            if (link == null) {
                return null;
            }
            remember(link);
            return link.name();
        } catch (RefusedException e) {
            if (e.number() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public synchronized int index(InterfaceName name) {
        Integer known = indices.get(name);
        if (known != null) {
            return known;
        }
        Link link = links.read(socket.get(links.get(name)));
        if (link == null) {
            throw RefusedException.because(Errno.ENODEV, "no link " + name);
        }
        remember(link);
        return link.index();
    }
}

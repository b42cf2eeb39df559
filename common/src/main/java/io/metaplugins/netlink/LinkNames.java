package io.metaplugins.netlink;

import io.metaplugins.kernel.Link;
import io.metaplugins.libc.Errno;
import io.metaplugins.net.InterfaceName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of a namespace as they are called at the time of one reading or writing: names
 * change, and are given to others, so nothing is remembered for longer.
 */
final class LinkNames implements Interfaces {
    /** From so many on, asking for all at once is quicker. */
    private static final int FEW = 8;

    private final NetlinkSocket socket;
    private final LinkCodec links = new LinkCodec();
    private final Map<Integer, @Nullable InterfaceName> names = new HashMap<>();
    private final Map<InterfaceName, Integer> indices = new HashMap<>();

    LinkNames(NetlinkSocket socket) {
        this.socket = socket;
    }

    @Override
    public @Nullable InterfaceName name(int index) {
        if (!names.containsKey(index)) {
            if (names.size() == FEW) {
                rememberAll();
            }
            if (!names.containsKey(index)) {
                names.put(index, ask(index));
            }
        }
        return names.get(index);
    }

    private void rememberAll() {
        for (Message message : socket.dump(links.dump()).messages()) {
            Link link = links.read(message);
            if (link != null) {
                names.put(link.index(), link.name());
            }
        }
    }

    private @Nullable InterfaceName ask(int index) {
        try {
            Link link = links.read(socket.get(links.get(index)));
            return link == null ? null : link.name();
        } catch (RefusedException e) {
            if (e.number() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public int index(InterfaceName name) {
        Integer known = indices.get(name);
        if (known != null) {
            return known;
        }
        Link link = links.read(socket.get(links.get(name)));
        if (link == null) {
            throw RefusedException.because(Errno.ENODEV, "no link " + name);
        }
        indices.put(name, link.index());
        return link.index();
    }
}

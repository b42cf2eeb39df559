package io.metaplugins.netlink;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.netns.Netns;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of links of which the kernel tells nobody when they change ({@code arp_ignore}, {@code
 * accept_ra} …). They are looked at from outside, by the number of the link's namespace, all of a
 * link's at once.
 */
public final class SettingsWatch implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFLA_AF_SPEC = 26;

    /** {@code IFLA_INET_CONF}. */
    private static final int INET_CONF = 1;

    /** {@code IFLA_INET6_CONF}. */
    private static final int INET6_CONF = 2;

    private final NetlinkSocket socket;
    private final LinkCodec links = new LinkCodec();
    private final Map<FarLink, byte[]> seen = new HashMap<>();

    /**
     * A link of another namespace.
     *
     * @param namespace the number that the other has here ({@link NamespaceIds})
     */
    public record FarLink(int namespace, InterfaceName name) {}

    private SettingsWatch(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a watch.
     *
     * @throws ErrnoException if the kernel gives no socket
     */
    public static SettingsWatch open(Libc libc, Netns netns) {
        return new SettingsWatch(netns.inside(() -> NetlinkSocket.open(libc)));
    }

    /**
     * Looks at links, and forgets all others.
     *
     * @return those that looked otherwise the last time, or are no more
     * @throws ErrnoException if the kernel cannot be talked to
     */
    public Set<FarLink> changed(Collection<FarLink> watched) {
        List<FarLink> each = List.copyOf(watched);
        List<Message> requests = new ArrayList<>(each.size());
        each.forEach(link -> requests.add(links.get(link.namespace(), link.name())));
        List<@Nullable Message> answers = socket.getEach(requests);
        Set<FarLink> changed = new HashSet<>();
        seen.keySet().retainAll(new HashSet<>(each));
        for (int place = 0; place < each.size(); place++) {
            byte[] now = settings(answers.get(place));
            byte[] before = seen.put(each.get(place), now);
            if (before != null && !Arrays.equals(before, now)) {
                changed.add(each.get(place));
            }
        }
        return changed;
    }

    private static byte[] settings(@Nullable Message link) {
        ByteArrayOutputStream settings = new ByteArrayOutputStream();
        if (link == null) {
            return settings.toByteArray();
        }
        AttributeReader attributes = AttributeReader.of(link, LinkCodec.HEADER_BYTES);
        while (attributes.next()) {
            if (attributes.type() == IFLA_AF_SPEC) {
                AttributeReader families = attributes.nested();
                while (families.next()) {
                    switch (families.type()) {
                        case AF_INET -> add(families.nested(), INET_CONF, settings);
                        case AF_INET6 -> add(families.nested(), INET6_CONF, settings);
                        default -> {}
                    }
                }
            }
        }
        return settings.toByteArray();
    }

    private static void add(AttributeReader family, int type, ByteArrayOutputStream settings) {
        while (family.next()) {
            if (family.type() == type) {
                settings.writeBytes(family.bytes());
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

package io.metaplugins.netlink;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import io.metaplugins.netns.Netns;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Hears what changes in a namespace, and in all that have a number there ({@link NamespaceIds}):
 * links, addresses, routes, rules, neighbours, some settings, and nf_tables.
 *
 * <p>Its sockets are in the one namespace, and keep no other alive: a socket inside a pod would
 * hold the pod's interfaces, and have them answer, after the pod has ended.
 *
 * <p>What our own sockets do, of whichever process, is not told. For one thread.
 */
public final class Monitor implements AutoCloseable {
    /** Some thousand messages. */
    private static final int BUFFER_BYTES = 4 << 20;

    /** So that a storm does not keep us listening for ever. */
    private static final int MESSAGES_AT_ONCE = 4096;

    /**
     * {@code RTNLGRP_} LINK, NEIGH, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR, IPV6_ROUTE,
     * IPV6_RULE, IPV4_NETCONF, IPV6_NETCONF, NSID of {@code linux/rtnetlink.h}.
     */
    private static final List<Integer> ROUTE_GROUPS = List.of(1, 3, 5, 7, 8, 9, 11, 19, 24, 25, 28);

    /** {@code NFNLGRP_NFTABLES} of {@code linux/netfilter/nfnetlink.h}. */
    private static final List<Integer> NETFILTER_GROUPS = List.of(7);

    private static final int POLLFD_BYTES = 8;
    private static final short POLLIN = 1;

    private final ServerLibc server;
    private final Netns netns;
    private final NamespaceIds ids;
    private final List<Ear> ears;
    private final ByteBuffer pollfds;
    private final NewsCodec codec = new NewsCodec();
    private OptionalInt own;

    private Monitor(ServerLibc server, Netns netns, NamespaceIds ids, List<Ear> ears) {
        this.server = server;
        this.netns = netns;
        this.ids = ids;
        this.ears = ears;
        this.pollfds = Channel.allocate(ears.size() * POLLFD_BYTES);
        for (int ear = 0; ear < ears.size(); ear++) {
            pollfds.putInt(ear * POLLFD_BYTES, ears.get(ear).descriptor())
                    .putShort(ear * POLLFD_BYTES + 4, POLLIN);
        }
        this.own = ids.find(netns);
    }

    /**
     * Listens from now on.
     *
     * @param netns stays open as long as this does
     * @throws ErrnoException if the kernel does not let us
     */
    public static Monitor open(Libc libc, ServerLibc server, Netns netns) {
        return open(libc, server, netns, BUFFER_BYTES);
    }

    static Monitor open(Libc libc, ServerLibc server, Netns netns, int bufferBytes) {
        NamespaceIds ids = NamespaceIds.open(libc, netns);
        return netns.inside(() -> {
            Ear route = null;
            try {
                route =
                        Ear.open(
                                libc,
                                server,
                                NetlinkSocket.NETLINK_ROUTE,
                                ROUTE_GROUPS,
                                bufferBytes);
                Ear netfilter =
                        Ear.open(
                                libc,
                                server,
                                NetlinkSocket.NETLINK_NETFILTER,
                                NETFILTER_GROUPS,
                                bufferBytes);
                return new Monitor(server, netns, ids, List.of(route, netfilter));
            } catch (RuntimeException | Error e) {
                if (route != null) {
                    route.close();
                }
                ids.close();
                throw e;
            }
        });
    }

    /** The numbers of other namespaces here: what has one is heard. */
    public NamespaceIds ids() {
        return ids;
    }

    /**
     * Waits until there is something, and takes it.
     *
     * @param milliseconds at most
     * @throws ErrnoException if the kernel cannot be heard
     */
    public Heard poll(int milliseconds) {
        Heard heard = Heard.nothing(false);
        if (server.poll(pollfds, milliseconds) > 0) {
            for (Ear ear : ears) {
                heard = heard.and(listen(ear));
            }
        }
        return heard;
    }

    private Heard listen(Ear ear) {
        Heard heard = Heard.nothing(false);
        try {
            for (int count = 0; count < MESSAGES_AT_ONCE; count++) {
                Ear.News news = ear.next();
                if (news == null) {
                    return heard;
                }
                news.messages().forEach(message -> take(news.namespace(), message, heard));
            }
            return heard;
        } catch (Ear.DeafException | MalformedMessageException e) {
            return heard.and(Heard.nothing(true));
        }
    }

    private void take(@Nullable Integer place, Message message, Heard heard) {
        Integer namespace = place == null || isOwn(place) ? null : place;
        switch (message.type()) {
            // The number may be one for the namespace itself.
            case NewsCodec.RTM_NEWNSID -> own = ids.find(netns);
            case NewsCodec.RTM_DELNSID -> {
                if (namespace == null) {
                    heard.end(codec.namespace(message));
                }
            }
            default -> {
                if (!Ports.isOurs(message.port())) {
                    Touched touched = Touched.nothing();
                    codec.read(message, touched);
                    heard.add(namespace, touched);
                }
            }
        }
    }

    private boolean isOwn(int namespace) {
        return own.isPresent() && own.getAsInt() == namespace;
    }

    @Override
    public void close() {
        ears.forEach(Ear::close);
        ids.close();
    }
}

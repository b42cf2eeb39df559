package io.metaplugins.netlink;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.KernelException;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace of the running kernel. The socket is opened inside it, and serves from any
 * thread afterwards; only settings that netlink does not know, and the first rule of nf_tables,
 * have a thread go in again.
 */
public final class NetlinkKernel implements Kernel {
    private final NetlinkSocket socket;
    private final ProcSys procSys;
    private final @Nullable Netns container;
    private final Nftables nftables;
    private final LinkNames names;
    private final LinkCodec links = new LinkCodec();
    private final RuleCodec rules = new RuleCodec();
    private final SettingCodec settings = new SettingCodec();

    private NetlinkKernel(
            NetlinkSocket socket, ProcSys procSys, Nftables nftables, @Nullable Netns container) {
        this.socket = socket;
        this.procSys = procSys;
        this.nftables = nftables;
        this.names = new LinkNames(socket);
        this.container = container;
    }

    /**
     * Opens a namespace, which must stay open as long as this does.
     *
     * @throws KernelException if the kernel gives no socket
     */
    public static NetlinkKernel open(Libc libc, Netns netns) {
        return open(libc, netns, null);
    }

    /**
     * As {@link #open(Libc, Netns)}, for a node whose links may have their other end in a
     * container.
     */
    public static NetlinkKernel open(Libc libc, Netns netns, @Nullable Netns container) {
        try {
            NetlinkSocket socket = netns.inside(() -> NetlinkSocket.open(libc));
            return new NetlinkKernel(
                    socket, new ProcSys(libc, netns), new Nftables(libc, netns), container);
        } catch (ErrnoException | NetnsException e) {
            throw failed("open a netlink socket in " + netns, e);
        }
    }

    @Override
    public List<KernelObject> read(Query query) {
        try {
            return ask(query);
        } catch (RefusedException | ErrnoException | NetnsException | MalformedMessageException e) {
            throw failed("read " + query, e);
        }
    }

    /** What went wrong, and at what, with the errno that says it best. */
    static KernelException failed(String what, RuntimeException why) {
        String errno =
                switch (why) {
                    case RefusedException refused -> refused.errno();
                    case ErrnoException failed -> failed.errno();
                    case MalformedMessageException _ -> "EBADMSG";
                    default -> "EIO";
                };
        String message =
                why instanceof RefusedException
                        ? why.getMessage()
                        : errno + " (" + why.getMessage() + ")";
        KernelException exception = new KernelException(what + ": " + message, errno);
        exception.initCause(why);
        return exception;
    }

    private List<KernelObject> ask(Query query) {
        return switch (query) {
            case Query.Links() -> some(socket.dump(links.dump()).messages(), this::link);
            case Query.LinkNamed(var name) ->
                    ifThere(Errno.ENODEV, () -> linkAsked(links.get(name)));
            case Query.LinkIndexed(var index) ->
                    ifThere(Errno.ENODEV, () -> linkAsked(links.get(index)));
            case Query.Addresses(var family) -> {
                AddressCodec addresses = new AddressCodec(names);
                yield some(socket.dump(addresses.dump(family)).messages(), addresses::read);
            }
            case Query.Routes(var family, var table) ->
                    // ENOENT: a table comes with its first route.
                    ifThere(Errno.ENOENT, () -> routes(family, table));
            case Query.AllRoutes(var family) ->
                    routes(family, null).stream().filter(route -> !isLocal(route)).toList();
            case Query.RouteFor(var packet) -> {
                LookupCodec lookups = new LookupCodec(names);
                yield ifReachable(() -> lookups.readRoute(socket.get(lookups.route(packet))));
            }
            case Query.WayOf(var packet) -> {
                LookupCodec lookups = new LookupCodec(names);
                yield ifReachable(() -> List.of(lookups.readWay(socket.get(lookups.way(packet)))));
            }
            case Query.Rules(var family) ->
                    some(socket.dump(rules.dump(family)).messages(), rules::read);
            case Query.Neighbours(var dev) ->
                    ifThere(Errno.ENODEV, () -> neighbours(names.index(dev)));
            case Query.NftRules(var table) -> nftables.read(table);
            case Query.Setting(var path) -> setting(path);
        };
    }

    private static List<KernelObject> ifThere(
            int errnoIfNot, Supplier<List<KernelObject>> reading) {
        try {
            return reading.get();
        } catch (RefusedException e) {
            if (e.number() == errnoIfNot) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<KernelObject> ifReachable(Supplier<List<KernelObject>> lookup) {
        return ifThere(Errno.ENETUNREACH, () -> ifThere(Errno.EHOSTUNREACH, lookup));
    }

    private static List<KernelObject> some(
            List<Message> messages, Function<Message, @Nullable KernelObject> reader) {
        List<KernelObject> objects = new ArrayList<>(messages.size());
        for (Message message : messages) {
            KernelObject object = reader.apply(message);
            if (object != null) {
                objects.add(object);
            }
        }
        return objects;
    }

    private List<KernelObject> linkAsked(Message request) {
        return some(List.of(socket.get(request)), this::link);
    }

    private @Nullable Link link(Message message) {
        Link link = links.read(message);
        if (link != null) {
            names.remember(link);
        }
        return link;
    }

    private List<KernelObject> routes(IpFamily family, @Nullable TableId table) {
        RouteCodec routes = new RouteCodec(names);
        return untilItStandsStill(
                routes.dump(family, table),
                messages -> {
                    List<KernelObject> found = new ArrayList<>(messages.size());
                    messages.forEach(message -> found.addAll(routes.read(message)));
                    return found;
                });
    }

    private List<KernelObject> neighbours(int index) {
        NeighbourCodec neighbours = new NeighbourCodec(names);
        return untilItStandsStill(
                neighbours.dump(index), messages -> some(messages, neighbours::read));
    }

    /**
     * Of IPv6 routes and of neighbours the kernel does not tell that they changed between two parts
     * of a dump. It goes on behind as many as it told before, and where one of these is gone, the
     * next one is left out. So what comes in parts is asked for until two answers are the same.
     */
    private List<KernelObject> untilItStandsStill(
            Message request, Function<List<Message>, List<KernelObject>> reader) {
        List<KernelObject> before = null;
        for (int attempt = 0; attempt < NetlinkSocket.DUMP_ATTEMPTS; attempt++) {
            Dump dump = socket.dump(request);
            List<KernelObject> now = reader.apply(dump.messages());
            if (dump.parts() <= 1 || now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw NetlinkSocket.neverStoodStill();
    }

    private static boolean isLocal(KernelObject object) {
        return object instanceof Route route && route.table().equals(TableId.LOCAL);
    }

    private List<KernelObject> setting(String path) {
        SettingCodec.Setting setting = SettingCodec.at(path);
        if (setting != null) {
            return ifThere(
                    Errno.ENODEV,
                    () ->
                            some(
                                    List.of(socket.get(links.get(setting.dev()))),
                                    message -> settings.read(message, path, setting)));
        }
        KernelObject found = procSys.read(path);
        return found == null ? List.of() : List.of(found);
    }

    @Override
    public List<Failure> write(List<Change> changes) {
        return new Writing(socket, procSys, nftables, names, container, changes).run();
    }

    @Override
    public void close() {
        nftables.close();
        socket.close();
    }
}

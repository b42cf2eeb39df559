package io.metaplugins.netlink;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.IpFamily;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A list of changes being carried out: what goes by rtnetlink is gathered until something comes
 * that does not, so that all happens in the order in which it was asked for.
 */
final class Writing {
    private static final int NLM_F_REPLACE = 0x100;
    private static final int NLM_F_EXCL = 0x200;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NLM_F_APPEND = 0x800;

    private final NetlinkSocket socket;
    private final ProcSys procSys;
    private final Nftables nftables;
    private final @Nullable Netns container;
    private final LinkNames names;
    private final LinkCodec links = new LinkCodec();
    private final AddressCodec addresses;
    private final RouteCodec routes;
    private final RuleCodec rules = new RuleCodec();
    private final NeighbourCodec neighbours;
    private final SettingCodec settings = new SettingCodec();

    private final Map<IpFamily, RuleList> ruleLists = new EnumMap<>(IpFamily.class);

    private final List<Change> changes;
    private final List<Integer> gathered = new ArrayList<>();
    private final List<Message> requests = new ArrayList<>();
    private final Map<Integer, Failure> failures = new TreeMap<>();

    Writing(
            NetlinkSocket socket,
            ProcSys procSys,
            Nftables nftables,
            LinkNames names,
            @Nullable Netns container,
            List<Change> changes) {
        this.socket = socket;
        this.procSys = procSys;
        this.nftables = nftables;
        this.container = container;
        this.changes = changes;
        this.names = names;
        this.addresses = new AddressCodec(names);
        this.routes = new RouteCodec(names);
        this.neighbours = new NeighbourCodec(names);
    }

    /** Carries them out; the failures are in the order of the changes. */
    List<Failure> run() {
        for (int place = 0; place < changes.size(); place++) {
            add(place);
        }
        flush();
        return List.copyOf(failures.values());
    }

    private void add(int place) {
        try {
            Message request = request(changes.get(place));
            if (request == null) {
                flush();
                writeElsewhere(changes.get(place));
            } else {
                gathered.add(place);
                requests.add(request);
            }
        } catch (RefusedException | ErrnoException | NetnsException | MalformedMessageException e) {
            fail(place, e);
        }
    }

    /** What does not go by rtnetlink, at once. */
    private void writeElsewhere(Change change) {
        if (change.object() instanceof NftRule rule) {
            nftables.write(change.act(), rule);
        } else {
            procSys.write((Sysctl) change.object());
        }
    }

    private void fail(int place, RuntimeException why) {
        Change change = changes.get(place);
        failures.put(place, new Failure(change, NetlinkKernel.failed(change.toString(), why)));
    }

    private void flush() {
        if (requests.isEmpty()) {
            return;
        }
        Map<Integer, RefusedException> refusals = socket.execute(requests);
        if (refusals.values().stream().anyMatch(refusal -> refusal.number() == Errno.ENODEV)
                || gathered.stream()
                        .anyMatch(place -> changes.get(place).object() instanceof Link)) {
            names.forget();
        }
        refusals.forEach((request, refusal) -> {
            int place = gathered.get(request);
            if (!isHarmless(changes.get(place), refusal)) {
                fail(place, refusal);
            }
        });
        gathered.clear();
        requests.clear();
    }

    /** A rule is nothing but what it is found by: where it is, there is nothing to replace. */
    private static boolean isHarmless(Change change, RefusedException refusal) {
        return change.act() == Change.Act.REPLACE
                && change.object() instanceof Rule
                && refusal.number() == Errno.EEXIST;
    }

    /** The request that carries out the change; null if it does not go by rtnetlink. */
    private @Nullable Message request(Change change) {
        boolean delete = change.act() == Change.Act.DELETE;
        int flags = flags(change.act());
        return switch (change.object()) {
            case Link link -> link(change.act(), link);
            case Address address ->
                    delete ? addresses.delete(address) : addresses.add(address, flags);
            case Route route -> delete ? routes.delete(route) : routes.add(route, flags);
            // The kernel does not look for the same rule unless it is told to fail if there is one.
            case Rule rule -> delete ? deletion(rule) : rules.add(rule, NLM_F_CREATE | NLM_F_EXCL);
            case Neighbour neighbour ->
                    delete ? neighbours.delete(neighbour) : neighbours.add(neighbour, flags);
            case Sysctl sysctl -> sysctl(change.act(), sysctl);
            case NftRule _ -> null;
        };
    }

    private Message deletion(Rule rule) {
        Message request = rules.delete(rule);
        RuleList list = ruleLists.get(rule.family());
        if (list == null) {
            flush();
            list = new RuleList(readRules(rule.family()));
            ruleLists.put(rule.family(), list);
        }
        list.remove(rule);
        return request;
    }

    private List<Rule> readRules(IpFamily family) {
        List<Rule> found = new ArrayList<>();
        for (Message message : socket.dump(rules.dump(family)).messages()) {
            Rule rule = rules.read(message);
            if (rule != null) {
                found.add(rule);
            }
        }
        return found;
    }

    private static int flags(Change.Act act) {
        return switch (act) {
            case ADD -> NLM_F_CREATE | NLM_F_EXCL;
            case REPLACE -> NLM_F_CREATE | NLM_F_REPLACE;
            case APPEND -> NLM_F_CREATE | NLM_F_APPEND;
            case PREPEND -> NLM_F_CREATE;
            case DELETE -> 0;
        };
    }

    private Message link(Change.Act act, Link link) {
        return switch (act) {
            case REPLACE -> links.set(link, names.index(link.name()));
            case DELETE -> links.delete(names.index(link.name()));
            case ADD, APPEND, PREPEND -> pair(link, flags(act));
        };
    }

    private Message pair(Link link, int flags) {
        if (link.peer() == null || container == null) {
            throw RefusedException.because(
                    Errno.EOPNOTSUPP, "only a veth pair into a container is made here");
        }
        return links.addPair(link, link.peer(), container.descriptor(), flags);
    }

    private @Nullable Message sysctl(Change.Act act, Sysctl sysctl) {
        if (act == Change.Act.DELETE) {
            throw RefusedException.because(Errno.EOPNOTSUPP, "a setting cannot be removed");
        }
        SettingCodec.Setting setting = SettingCodec.at(sysctl.path());
        if (setting == null || !setting.storedOnly()) {
            return null;
        }
        try {
            int value = Integer.parseInt(sysctl.value());
            return settings.set(setting, names.index(setting.dev()), value);
        } catch (NumberFormatException e) {
            // Whatever it is, the kernel shall say what it thinks of it.
            return null;
        }
    }
}

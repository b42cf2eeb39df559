package io.metaplugins.netlink;

import io.metaplugins.engine.Change;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.libc.Errno;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.netlink.NftCodec.Listed;
import io.metaplugins.netns.Netns;
import io.metaplugins.netns.NetnsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nf_tables of a namespace. Its socket is opened when it is first asked, since most pods have
 * no such rules.
 *
 * <p>What is written depends on what was read: the number of the rule that goes, whether it is the
 * chain's last. Between the two others may write, pods of the same node for a start. So each
 * transaction holds only for the state that was read, and where the kernel says that there is
 * another by now (ERESTART), we look again. Whenever that happens, somebody else got ahead.
 */
final class Nftables implements AutoCloseable {
    private static final int ATTEMPTS = 1000;
    private static final int PLACE_OF_CHAIN = 1;

    private final Libc libc;
    private final Netns netns;
    private final NftCodec codec = new NftCodec();
    private @Nullable NetlinkSocket open;

    Nftables(Libc libc, Netns netns) {
        this.libc = libc;
        this.netns = netns;
    }

    /**
     * @throws ErrnoException if the kernel gives no socket
     * @throws NetnsException if the namespace cannot be entered
     */
    private synchronized NetlinkSocket socket() {
        NetlinkSocket socket = open;
        if (socket == null) {
            socket = netns.inside(() -> NetlinkSocket.openNetfilter(libc));
            open = socket;
        }
        return socket;
    }

    /** The rules of a table's base chains; none if there is no such table. */
    List<KernelObject> read(String table) {
        Map<String, @Nullable NftChain> chains = new HashMap<>();
        List<KernelObject> rules = new ArrayList<>();
        for (Listed each : list(table)) {
            if (!chains.containsKey(each.chain())) {
                chains.put(each.chain(), chain(table, each.chain()));
            }
            NftChain chain = chains.get(each.chain());
            if (chain != null) {
                rules.add(new NftRule(chain, each.name(), each.parts()));
            }
        }
        return rules;
    }

    private List<Listed> list(String table) {
        List<Listed> rules = new ArrayList<>();
        for (Message message : socket().dump(codec.rules(table)).messages()) {
            rules.add(codec.readRule(message));
        }
        return rules;
    }

    private @Nullable NftChain chain(String table, String name) {
        try {
            return codec.readChain(socket().get(codec.chain(table, name)));
        } catch (RefusedException e) {
            if (e.number() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Carries out one change of one rule.
     *
     * @throws RefusedException if it did not come about
     */
    void write(Change.Act act, NftRule rule) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int generation = codec.readGeneration(socket().get(codec.generation()));
            List<Listed> listed = list(rule.chain().table());
            List<Listed> called = listed.stream().filter(each -> each.isCalledAs(rule)).toList();
            boolean done =
                    switch (act) {
                        case ADD -> add(generation, rule, called);
                        case REPLACE -> replace(generation, rule, called);
                        case DELETE -> delete(generation, rule, listed);
                        case APPEND, PREPEND ->
                                throw RefusedException.because(
                                        Errno.EOPNOTSUPP, "rules of a chain have no order");
                    };
            if (done) {
                return;
            }
        }
        throw RefusedException.because(
                Errno.EAGAIN, "others changed tables " + ATTEMPTS + " times meanwhile");
    }

    private boolean add(int generation, NftRule rule, List<Listed> called) {
        if (!called.isEmpty()) {
            throw RefusedException.because(
                    Errno.EEXIST,
                    "there is a rule of that name: handle " + called.getFirst().handle());
        }
        return transact(generation, rule, List.of(codec.addRule(rule)));
    }

    private boolean replace(int generation, NftRule rule, List<Listed> called) {
        if (called.isEmpty()) {
            return add(generation, rule, called);
        }
        List<Message> requests = new ArrayList<>();
        requests.add(codec.replaceRule(rule, called.getFirst().handle()));
        called.subList(1, called.size()).forEach(each -> requests.add(codec.deleteRule(each)));
        return transact(generation, rule, requests);
    }

    /** Table and chain are made first, unless they are there. */
    private boolean transact(int generation, NftRule rule, List<Message> requests) {
        List<Message> all = new ArrayList<>();
        all.add(codec.addTable(rule.chain().table()));
        all.add(codec.addChain(rule.chain()));
        all.addAll(requests);
        Map<Integer, RefusedException> refusals =
                socket().transact(codec.begin(generation), all, codec.end());
        if (refusals.containsKey(PLACE_OF_CHAIN)) {
            sayIfItIsAnother(rule.chain());
        }
        return isDone(refusals);
    }

    /** The kernel says EEXIST or EOPNOTSUPP, and nothing more. */
    private void sayIfItIsAnother(NftChain chain) {
        NftChain there = chain(chain.table(), chain.name());
        if (there != null && !there.equals(chain)) {
            throw RefusedException.because(
                    Errno.EEXIST, "the chain is there: " + there.definition());
        }
    }

    private static boolean isDone(Map<Integer, RefusedException> refusals) {
        for (RefusedException refusal : refusals.values()) {
            if (refusal.number() != Errno.ERESTART) {
                throw refusal;
            }
        }
        return refusals.isEmpty();
    }

    /** A chain goes with its last rule, and the table with its last chain, unless others use it. */
    private boolean delete(int generation, NftRule rule, List<Listed> listed) {
        List<Listed> staying = new ArrayList<>(listed);
        List<Message> requests = new ArrayList<>();
        for (Listed each : listed) {
            if (each.isCalledAs(rule) && each.parts().equals(rule.parts())) {
                staying.remove(each);
                requests.add(codec.deleteRule(each));
            }
        }
        if (requests.isEmpty()) {
            throw RefusedException.because(Errno.ENOENT, "there is no such rule");
        }
        int rules = requests.size();
        String table = rule.chain().table();
        String chain = rule.chain().name();
        if (staying.stream().noneMatch(each -> each.chain().equals(chain))) {
            requests.add(codec.deleteEmptyChain(table, chain));
        }
        if (staying.isEmpty()) {
            requests.add(codec.deleteEmptyTable(table));
        }
        return deleteAsFarAsPossible(generation, requests, rules);
    }

    /** All of it, or without what is in use by others from the end: first the table, then more. */
    private boolean deleteAsFarAsPossible(int generation, List<Message> requests, int rules) {
        for (int count = requests.size(); ; count--) {
            Map<Integer, RefusedException> refusals =
                    socket().transact(
                                    codec.begin(generation),
                                    requests.subList(0, count),
                                    codec.end());
            RefusedException last = refusals.get(count - 1);
            if (count == rules || last == null || last.number() != Errno.EBUSY) {
                return isDone(refusals);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}

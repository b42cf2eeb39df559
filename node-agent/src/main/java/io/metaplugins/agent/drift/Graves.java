package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.plugin.Attachments;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Attachments whose pods are gone: their paths do not lead to the namespaces on record any more. A
 * runtime tells with DEL; one that does not, as it crashed, is given time, and then they are taken
 * apart. All times are of a clock that nobody sets, in nanoseconds.
 */
final class Graves {
    private static final Logger log = LogManager.getLogger(Graves.class);

    private final Attachments attachments;
    private final Kernel node;
    private final Tally tally;
    private final Map<AttachmentId, Long> since = new HashMap<>();
    private final Set<Namespace> dead = new HashSet<>();

    Graves(Attachments attachments, Kernel node, Tally tally) {
        this.attachments = attachments;
        this.node = node;
        this.tally = tally;
    }

    /** The kernel said that the namespace ended, whatever is to be seen of it still. */
    void died(Namespace pod) {
        dead.add(pod);
    }

    /** Looks whether its pod is there. */
    void visit(Watched watched, Roster roster, long now) {
        Namespace pod = watched.namespace();
        if (pod == null
                || attachments.in(pod, _ -> pod).isPresent()
                || (!dead.contains(pod) && isHeld(watched, pod, roster))) {
            since.remove(watched.id());
        } else {
            since.putIfAbsent(watched.id(), now);
        }
    }

    /**
     * Whether the pod's link to the node is there, which goes with the pod. Then it is only that we
     * do not see its path, as an agent in a container may not.
     */
    private boolean isHeld(Watched watched, Namespace pod, Roster roster) {
        for (InterfaceName name : watched.host().links()) {
            boolean anothers =
                    roster.all().stream()
                            .anyMatch(
                                    each -> !each.isIn(pod) && each.host().links().contains(name));
            if (!anothers && leadsElsewhere(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean leadsElsewhere(InterfaceName name) {
        return node.read(new Query.LinkNamed(name)).stream()
                .anyMatch(link -> ((Link) link).peerNamespace() != null);
    }

    /** Those whose pods are there. */
    List<Watched> without(Collection<Watched> all) {
        return all.stream().filter(each -> !since.containsKey(each.id())).toList();
    }

    /** When the next one's time is over. */
    long next(long grace) {
        return since.values().stream().mapToLong(time -> time + grace).min().orElse(Long.MAX_VALUE);
    }

    /** Takes apart one whose time is over: it may take long, and others are looked after too. */
    void collect(Roster roster, long grace, long now) {
        dead.retainAll(roster.pods());
        AttachmentId id = due(grace, now);
        if (id == null) {
            return;
        }
        Watched watched = roster.find(id);
        if (watched != null) {
            visit(watched, roster, now);
        }
        if (watched == null || since.containsKey(id)) {
            since.remove(id);
            collect(id);
        }
    }

    private @Nullable AttachmentId due(long grace, long now) {
        for (Map.Entry<AttachmentId, Long> each : since.entrySet()) {
            if (now - each.getValue() >= grace) {
                return each.getKey();
            }
        }
        return null;
    }

    private void collect(AttachmentId id) {
        try {
            Receipt receipt = attachments.find(id).orElse(null);
            if (receipt != null) {
                log.info("collecting {}, whose pod is gone", id);
                attachments.collect(receipt);
                tally.countCollected();
            }
        } catch (LedgerException | KernelException e) {
            log.warn("{} cannot be collected: {}", id, e.getMessage());
        }
    }
}

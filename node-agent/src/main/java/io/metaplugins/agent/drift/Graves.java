package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
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
    private final Tally tally;
    private final Map<AttachmentId, Grave> graves = new HashMap<>();
    private final Set<Namespace> dead = new HashSet<>();

    Graves(Attachments attachments, Tally tally) {
        this.attachments = attachments;
        this.tally = tally;
    }

    private record Grave(Namespace pod, long since) {}

    /** The kernel said that the namespace ended, whatever is to be seen of it still. */
    void died(Namespace pod) {
        dead.add(pod);
    }

    /** Looks whether its pod is there. */
    void visit(Watched watched, Roster roster, long now) {
        Namespace pod = watched.namespace();
        Grave known = graves.get(watched.id());
        if (pod == null || !isGone(watched, pod, roster)) {
            graves.remove(watched.id());
        } else if (known == null || !known.pod().equals(pod)) {
            graves.put(watched.id(), new Grave(pod, now));
        }
    }

    /** Who cannot be told to be gone is not. */
    private boolean isGone(Watched watched, Namespace pod, Roster roster) {
        try {
            return dead.contains(pod)
                    ? attachments.in(pod, _ -> pod).isEmpty()
                    : attachments.isGone(pod, links(watched, pod, roster));
        } catch (KernelException e) {
            log.debug("{}: {}", watched.id(), e.getMessage());
            return false;
        }
    }

    /** The links of the node that have to do with this pod alone. */
    private static Set<InterfaceName> links(Watched watched, Namespace pod, Roster roster) {
        Set<InterfaceName> links = new HashSet<>(watched.host().links());
        for (Watched each : roster.all()) {
            if (!each.isIn(pod)) {
                links.removeAll(each.host().links());
            }
        }
        return links;
    }

    /** Those whose pods are there. */
    List<Watched> without(Collection<Watched> all) {
        return all.stream().filter(each -> !graves.containsKey(each.id())).toList();
    }

    /** When the next one's time is over. */
    long next(long grace) {
        return graves.values().stream()
                .mapToLong(grave -> grave.since() + grace)
                .min()
                .orElse(Long.MAX_VALUE);
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
        Grave found = graves.get(id);
        if (found != null && now - found.since() >= grace) {
            graves.remove(id);
            collect(id, found.pod());
        }
    }

    private @Nullable AttachmentId due(long grace, long now) {
        for (Map.Entry<AttachmentId, Grave> each : graves.entrySet()) {
            if (now - each.getValue().since() >= grace) {
                return each.getKey();
            }
        }
        return null;
    }

    /** Whoever was added by the same name since is not the one that is gone. */
    private void collect(AttachmentId id, Namespace pod) {
        try {
            Receipt receipt = attachments.find(id).orElse(null);
            if (receipt != null && pod.equals(receipt.namespace())) {
                log.info("collecting {}, whose pod is gone", id);
                if (attachments.collect(receipt)) {
                    tally.countCollected();
                }
            }
        } catch (LedgerException | KernelException e) {
            log.warn("{} cannot be collected: {}", id, e.getMessage());
        }
    }
}

package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Catalog;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.plugin.Attachments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Whom there is to look after, as the ledger says. */
final class Roster {
    private static final Logger log = LogManager.getLogger(Roster.class);

    private final Attachments attachments;
    private final Catalog catalog;
    private final Map<AttachmentId, Watched> watched = new HashMap<>();
    private final Set<String> told = new HashSet<>();

    Roster(Attachments attachments) {
        this.attachments = attachments;
        this.catalog = attachments.catalog();
    }

    /**
     * What became of the records.
     *
     * @param fresh those that came, or have another pod now
     * @param written those and all others whose records were written
     * @param gone those that have none any more
     */
    record News(List<Watched> fresh, List<AttachmentId> written, List<AttachmentId> gone) {}

    /** Looks into the ledger. What cannot be read there is told, and concerns no other. */
    News refresh() {
        Catalog.Changes changes = catalog.look();
        for (LedgerException e : changes.unreadable()) {
            if (told.add(String.valueOf(e.getMessage()))) {
                log.warn("{}", e.getMessage());
            }
        }
        changes.gone().forEach(watched::remove);
        List<Watched> fresh = new ArrayList<>();
        for (Receipt receipt : changes.written()) {
            Watched now = Watched.of(receipt);
            Watched before = watched.put(now.id(), now);
            Namespace pod = now.namespace();
            if (before == null || (pod != null && !before.isIn(pod))) {
                fresh.add(now);
            }
        }
        return new News(
                fresh, changes.written().stream().map(Receipt::id).toList(), changes.gone());
    }

    /** Has files looked into again that could not be read. */
    void readAgain() {
        if (!catalog.readAgain()) {
            told.clear();
        }
    }

    Collection<Watched> all() {
        return watched.values();
    }

    @Nullable Watched find(AttachmentId id) {
        return watched.get(id);
    }

    List<Watched> in(Namespace pod) {
        return watched.values().stream().filter(each -> each.isIn(pod)).toList();
    }

    Set<Namespace> pods() {
        Set<Namespace> pods = new HashSet<>();
        for (Watched each : watched.values()) {
            if (each.namespace() != null) {
                pods.add(each.namespace());
            }
        }
        return pods;
    }

    /** Those whom it concerns; of those who share a wish, one. */
    static List<Watched> concerned(Collection<Watched> some, Touched touched) {
        Set<Statement> shared = new HashSet<>();
        List<Watched> concerned = new ArrayList<>();
        for (Watched each : some) {
            boolean first = false;
            for (Statement wish : each.shared()) {
                first |=
                        Interests.of(List.of(wish), Where.HOST).include(touched)
                                && shared.add(wish);
            }
            if (first || each.host().include(touched)) {
                concerned.add(each);
            }
        }
        return concerned;
    }

    /** The receipt of one, and those of the container's others; null if it has none any more. */
    @Nullable Family family(Watched one) {
        Receipt receipt = attachments.find(one.id()).orElse(null);
        if (receipt == null) {
            return null;
        }
        List<Receipt> siblings = new ArrayList<>();
        for (AttachmentId id : watched.keySet()) {
            if (id.containerId().equals(one.id().containerId()) && !id.equals(one.id())) {
                attachments.find(id).ifPresent(siblings::add);
            }
        }
        return new Family(receipt, siblings);
    }

    /** The attachments of one container. */
    record Family(Receipt receipt, List<Receipt> siblings) {}
}

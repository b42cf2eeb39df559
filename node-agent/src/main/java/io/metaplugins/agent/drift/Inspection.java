package io.metaplugins.agent.drift;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.Kernel;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.plugin.Attachments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether attachments are as they were wished. What many ask for is read once, and nobody is
 * kept from working meanwhile: a finding is to be proved before anything is done about it.
 */
final class Inspection {
    private static final Logger log = LogManager.getLogger(Inspection.class);

    /** What cannot be read now may be read then. */
    private static final long LATER = Duration.ofSeconds(1).toNanos();

    private final Attachments attachments;
    private final Roster roster;
    private final Kernel node;
    private final Agenda agenda;
    private final Mishaps mishaps = new Mishaps();

    Inspection(Attachments attachments, Roster roster, Kernel node, Agenda agenda) {
        this.attachments = attachments;
        this.roster = roster;
        this.node = node;
        this.agenda = agenda;
    }

    /**
     * What was found of one attachment.
     *
     * @param looked the statements that were looked at
     * @param deviations those of them that do not hold
     */
    record Finding(Receipt receipt, List<Statement> looked, List<Deviation> deviations) {}

    private record Case(Receipt receipt, List<Statement> statements) {}

    /** Answers questions about one place; empty if it is not there any more. */
    private interface Eye {
        Optional<Observation> look(Set<Query> queries);
    }

    /**
     * Looks at the node.
     *
     * @param some attachments whose statements are looked at
     * @param touched which of them; null for all
     */
    List<Finding> node(Collection<Watched> some, @Nullable Touched touched) {
        return findings(
                Where.HOST,
                cases(some, Where.HOST, touched),
                queries ->
                        Optional.of(
                                new Observation(
                                        Snapshot.EMPTY.with(queries, node::read), Snapshot.EMPTY)));
    }

    /** Looks at a pod; nothing is found if it is not there any more. */
    List<Finding> pod(Namespace pod) {
        return findings(
                Where.CONTAINER,
                cases(roster.in(pod), Where.CONTAINER, null),
                queries ->
                        attachments
                                .read(pod, queries)
                                .map(seen -> new Observation(Snapshot.EMPTY, seen)));
    }

    private List<Case> cases(Collection<Watched> some, Where where, @Nullable Touched touched) {
        List<Case> cases = new ArrayList<>();
        for (Watched each : some) {
            spare(
                    each.id(),
                    "read the record",
                    () -> {
                        Roster.Family family = roster.family(each);
                        if (family != null) {
                            cases.add(of(family, where, touched));
                        }
                    });
        }
        return cases;
    }

    private static Case of(Roster.Family family, Where where, @Nullable Touched touched) {
        List<Statement> statements =
                family.receipt().standing(family.siblings()).stream()
                        .filter(statement -> statement.where() == where)
                        .filter(statement -> touched == null || touches(touched, statement))
                        .toList();
        return new Case(family.receipt(), statements);
    }

    /** What goes wrong with one is tried again, and the others do not wait for it. */
    private void spare(AttachmentId id, String what, Runnable work) {
        if (!mishaps.spare(id, what, work)) {
            agenda.again(id, System.nanoTime() + LATER);
        }
    }

    /** Of these nothing is to be remembered any more. */
    void forget(Collection<AttachmentId> gone) {
        mishaps.forget(gone);
    }

    private static boolean touches(Touched touched, Statement statement) {
        return Interests.of(List.of(statement), statement.where()).include(touched);
    }

    private static Set<Query> queries(List<Case> cases) {
        Set<Query> queries = new LinkedHashSet<>();
        for (Case each : cases) {
            each.statements().forEach(statement -> queries.add(statement.object().query()));
        }
        return queries;
    }

    private List<Finding> findings(Where where, List<Case> cases, Eye eye) {
        if (cases.isEmpty()) {
            return List.of();
        }
        try {
            return eye.look(queries(cases)).map(seen -> findings(cases, seen)).orElse(List.of());
        } catch (RuntimeException e) {
            log.debug("looked at each apart: {}", e.getMessage());
            List<Finding> findings = new ArrayList<>();
            for (Case each : cases) {
                List<Case> one = List.of(each);
                spare(
                        each.receipt().id(),
                        "look at the " + where,
                        () ->
                                eye.look(queries(one))
                                        .ifPresent(seen -> findings.addAll(findings(one, seen))));
            }
            return findings;
        }
    }

    private static List<Finding> findings(List<Case> cases, Observation seen) {
        return cases.stream()
                .map(each ->
                        new Finding(
                                each.receipt(),
                                each.statements(),
                                Deviation.among(each.statements(), seen)))
                .toList();
    }

    /**
     * Gives the links of the node that were told by number their names, as far as they are there.
     */
    Touched named(Touched touched) {
        for (int index : touched.indices()) {
            node.read(new Query.LinkIndexed(index))
                    .forEach(link -> touched.links().add(((Link) link).name()));
        }
        return touched;
    }
}

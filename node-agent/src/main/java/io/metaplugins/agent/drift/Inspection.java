package io.metaplugins.agent.drift;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether attachments are as they were wished. What many ask for is read once, and nobody is
 * kept from working meanwhile: a finding is to be proved before anything is done about it.
 */
final class Inspection {
    private final Attachments attachments;
    private final Roster roster;
    private final Kernel node;

    Inspection(Attachments attachments, Roster roster, Kernel node) {
        this.attachments = attachments;
        this.roster = roster;
        this.node = node;
    }

    /**
     * What was found of one attachment.
     *
     * @param looked the statements that were looked at
     * @param deviations those of them that do not hold
     */
    record Finding(Receipt receipt, List<Statement> looked, List<Deviation> deviations) {}

    private record Case(Receipt receipt, List<Statement> statements) {}

    /**
     * Looks at the node.
     *
     * @param some attachments whose statements are looked at
     * @param touched which of them; null for all
     */
    List<Finding> node(Collection<Watched> some, @Nullable Touched touched) {
        List<Case> cases = cases(some, Where.HOST, touched);
        Snapshot seen = Snapshot.EMPTY.with(queries(cases), node::read);
        return findings(cases, new Observation(seen, Snapshot.EMPTY));
    }

    /** Looks at a pod; nothing is found if it is not there any more. */
    List<Finding> pod(Namespace pod) {
        List<Case> cases = cases(roster.in(pod), Where.CONTAINER, null);
        return attachments
                .read(pod, queries(cases))
                .map(seen -> findings(cases, new Observation(Snapshot.EMPTY, seen)))
                .orElse(List.of());
    }

    private List<Case> cases(Collection<Watched> some, Where where, @Nullable Touched touched) {
        List<Case> cases = new ArrayList<>();
        for (Watched each : some) {
            Roster.Family family = roster.family(each);
            if (family != null) {
                List<Statement> statements =
                        family.receipt().standing(family.siblings()).stream()
                                .filter(statement -> statement.where() == where)
                                .filter(statement -> touched == null || touches(touched, statement))
                                .toList();
                cases.add(new Case(family.receipt(), statements));
            }
        }
        return cases;
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

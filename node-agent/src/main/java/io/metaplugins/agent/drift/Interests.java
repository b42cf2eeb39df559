package io.metaplugins.agent.drift;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Sysctl;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.netlink.Touched;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a namespace's news concerns an attachment.
 *
 * @param answers questions whose answers its statements are about
 * @param links that they name
 * @param neighbours that they name
 * @param settings links of which they name settings that the kernel does not tell of
 */
record Interests(
        Set<Query> answers,
        Set<InterfaceName> links,
        Set<IpAddress> neighbours,
        Set<InterfaceName> settings) {

    /** Those of statements about one namespace. */
    static Interests of(List<Statement> statements, Where where) {
        Interests interests =
                new Interests(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        for (Statement statement : statements) {
            if (statement.where() == where) {
                interests.add(statement.object());
            }
        }
        return interests;
    }

    private void add(KernelObject object) {
        answers.add(object.query());
        InterfaceName link = object.dev();
        if (link != null) {
            links.add(link);
        }
        if (object instanceof Neighbour neighbour) {
            neighbours.add(neighbour.address());
        }
        if (object instanceof Sysctl setting && link != null && !isTold(setting)) {
            settings.add(link);
        }
    }

    /** Whether the kernel tells when it changes ({@code linux/netconf.h}). */
    private static boolean isTold(Sysctl setting) {
        return setting.path().endsWith("/rp_filter");
    }

    /** Whether what was touched is among it. Links that are told by number must have names. */
    boolean include(Touched touched) {
        return !Collections.disjoint(answers, touched.answers())
                || !Collections.disjoint(links, touched.links())
                || !Collections.disjoint(neighbours, touched.neighbours());
    }
}

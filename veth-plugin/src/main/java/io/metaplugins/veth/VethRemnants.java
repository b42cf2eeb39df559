package io.metaplugins.veth;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Rule;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.pod.NicRemnants;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a DEL finds to remove when the ledger is lost: what {@link NicRemnants} finds, and the pair,
 * unless another NIC of the container still uses it.
 */
final class VethRemnants implements Planner {
    private final NicRemnants nic;
    private final List<IpAddress> addresses;
    private final VethPair pair;

    VethRemnants(VethConfig config, List<IpAddress> addresses, VethPair pair) {
        this.nic = new NicRemnants(config.nic().hostRuleTable(), addresses);
        this.addresses = addresses;
        this.pair = pair;
    }

    @Override
    public Questions questions(Observation soFar) {
        Questions questions = nic.questions(soFar);
        List<Query> host = new ArrayList<>(questions.host());
        List<Query> container = new ArrayList<>(questions.container());
        host.add(new Query.LinkNamed(pair.hostEnd()));
        for (IpFamily family : IpFamily.values()) {
            container.add(new Query.Rules(family));
        }
        return new Questions(host, container);
    }

    @Override
    public Plan plan(Observation seen) {
        List<Statement> statements = new ArrayList<>(nic.plan(seen).statements());
        boolean used = seen.container().all(Rule.class).stream().anyMatch(this::isOfAnother);
        seen.host().all(Link.class).stream()
                .filter(link -> !used && link.name().equals(pair.hostEnd()))
                .filter(link -> pair.hostMac().equals(link.address()))
                .forEach(link ->
                        statements.add(
                                Statement.absent(
                                        Where.HOST,
                                        link,
                                        "the pair of a container not on record")));
        return new Plan(statements);
    }

    private boolean isOfAnother(Rule rule) {
        return Objects.equals(rule.protocol(), Owner.PROTOCOL)
                && rule.from() != null
                && rule.from().isHost()
                && !addresses.contains(rule.from().address());
    }
}

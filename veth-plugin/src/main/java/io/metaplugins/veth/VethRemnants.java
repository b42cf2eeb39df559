package io.metaplugins.veth;

import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Owner;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Rule;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.plan.Statement;
import io.metaplugins.plan.Where;
import io.metaplugins.pod.NicRemnants;
import io.metaplugins.pod.NicTables;
import io.metaplugins.pod.ReplyPath;
import io.metaplugins.pod.ServiceMasquerade;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a DEL finds to remove when the ledger is lost: what {@link NicRemnants} finds, and the pair,
 * unless another NIC of the container still uses it.
 */
final class VethRemnants implements Planner {
    private final NicRemnants nic;
    private final List<IpAddress> addresses;
    private final VethPair pair;

    VethRemnants(InterfaceName name, VethConfig config, List<IpAddress> addresses, VethPair pair) {
        this.nic = new NicRemnants(name, config.nic().hostRuleTable(), addresses);
        this.addresses = addresses;
        this.pair = pair;
    }

    @Override
    public Questions questions(Observation soFar) {
        Questions questions = nic.questions(soFar);
        List<Query> host = new ArrayList<>(questions.host());
        List<Query> container = new ArrayList<>(questions.container());
        host.add(new Query.LinkNamed(pair.hostEnd()));
        host.add(new Query.NftRules(NftChain.TABLE));
        for (IpFamily family : IpFamily.values()) {
            container.add(new Query.Rules(family));
        }
        return new Questions(host, container);
    }

    @Override
    public Plan plan(Observation seen) {
        List<Statement> statements = new ArrayList<>(nic.plan(seen).statements());
        if (seen.container().all(Rule.class).stream().noneMatch(this::isOfAnother)) {
            inContainer(seen.container())
                    .forEach(each -> statements.add(absent(Where.CONTAINER, each)));
            onHost(seen.host()).forEach(each -> statements.add(absent(Where.HOST, each)));
        }
        return new Plan(statements);
    }

    private static Stream<KernelObject> inContainer(Snapshot container) {
        return Stream.concat(
                NicRemnants.marked(container, Set.of(NicTables.OVERLAY)),
                container.all(NftRule.class).stream()
                        .filter(rule -> ReplyPath.isAbout(rule, VethPair.POD_END)));
    }

    private Stream<KernelObject> onHost(Snapshot host) {
        return Stream.concat(
                host.all(NftRule.class).stream()
                        .filter(rule -> ServiceMasquerade.isAbout(rule, pair.hostEnd())),
                host.all(Link.class).stream()
                        .filter(link -> link.name().equals(pair.hostEnd()))
                        .filter(link -> pair.hostMac().equals(link.address())));
    }

    private static Statement absent(Where where, KernelObject object) {
        return Statement.absent(where, object, "the pair of a container not on record");
    }

    private boolean isOfAnother(Rule rule) {
        return Objects.equals(rule.protocol(), Owner.PROTOCOL)
                && rule.from() != null
                && rule.from().isHost()
                && !addresses.contains(rule.from().address());
    }
}

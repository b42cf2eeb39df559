package io.metaplugins.veth;

import io.metaplugins.kernel.Query;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.Draft;
import io.metaplugins.pod.NicScheme;
import java.util.ArrayList;
import java.util.List;

/**
 * How a pod that has nothing but macvlan NICs and its own node come together.
 *
 * <p><b>The difficulty.</b> A macvlan NIC never reaches its own node: the kernel keeps a macvlan
 * and its parent apart. So the pod has neither probes nor services, for the node is where a service
 * address becomes a backend's, nor the overlay behind the node.
 *
 * <p><b>The pair.</b> A veth pair ties pod and node together. Node, services and overlay are routed
 * over it with the NIC's own address as source; the pair itself needs none. The node routes the
 * NIC's addresses over it too, in a table before main. Second and later NICs use the same pair.
 *
 * <p><b>Replies.</b> What the node sends to the pod for others comes in over the pair with a
 * stranger's address as its source: a node port without masquerading, for one. By its destination
 * the reply would leave on the NIC, where nobody translates it back. So a connection that comes in
 * over the pair is marked, and its replies have a table of their own that leads to the node.
 *
 * <p><b>Services elsewhere.</b> When the node has translated a service address into that of a
 * backend on another host, the backend would answer the NIC directly, past the node and its
 * translation. What was so translated leaves the node with the node's address, and nothing else: a
 * reply to an overlay pod must keep the pod's own.
 */
final class VethPlanner implements Planner {
    private final VethConfig config;
    private final ChainedNic nic;
    private final VethPair pair;

    VethPlanner(VethConfig config, ChainedNic nic, VethPair pair) {
        this.config = config;
        this.nic = nic;
        this.pair = pair;
    }

    @Override
    public Questions questions(Observation soFar) {
        if (config.nic().onlyMac()) {
            return Questions.NONE;
        }
        List<Query> host = new ArrayList<>(List.of(new Query.Links()));
        for (IpFamily family : nic.families()) {
            host.add(new Query.Addresses(family));
            host.add(new Query.Rules(family));
        }
        return new Questions(host, NicScheme.questions(nic));
    }

    @Override
    public Plan plan(Observation seen) {
        Draft draft = new Draft();
        NicScheme.macAddress(config.nic(), nic, draft);
        if (!config.nic().onlyMac()) {
            new VethDraft(config, nic, pair, seen, draft).complete();
        }
        return new Plan(draft.statements());
    }
}

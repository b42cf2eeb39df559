package io.metaplugins.router;

import io.metaplugins.kernel.Query;
import io.metaplugins.net.IpFamily;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.Plan;
import io.metaplugins.plan.Planner;
import io.metaplugins.plan.Questions;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.Draft;
import io.metaplugins.pod.HostEnd;
import io.metaplugins.pod.NicScheme;
import java.util.ArrayList;
import java.util.List;

/**
 * Which packet goes by which NIC of a pod, and how the node reaches the pod's other NICs.
 *
 * <p><b>The difficulty.</b> A pod on two networks has two ways to most places. Connection tracking
 * and strict reverse path filtering, in the pod, on the node and behind it, let a connection live
 * only if its answers take the way of its requests. And a macvlan NIC never reaches its own node:
 * the kernel keeps a macvlan and its parent apart.
 *
 * <p><b>In the pod</b> each NIC has a whole table of its own: 100 for the overlay NIC, 101 and up
 * for the others in the order in which they came. Whole means: its subnet, its default route and
 * the node. Three rules choose among them, of consecutive priorities, because the kernel takes the
 * smallest that matches:
 *
 * <ol>
 *   <li>to services and overlay pods: table 100, from whichever address;
 *   <li>from the address of an underlay NIC: that NIC's table, so answers leave where the request
 *       came in;
 *   <li>from the overlay NIC's address: table 100, for the same reason.
 * </ol>
 *
 * Everything else has no source yet: a connection that the pod opens to the outside. Main decides
 * for it, and there the newest NIC's default is the one that stays.
 *
 * <p><b>The node</b> is in each table by way of the overlay NIC, since probes come from there to
 * every address of the pod. For that the node routes the addresses of the underlay NICs to the pod
 * over the overlay's interface too, in a table before main, whatever subnet they are in. Neighbours
 * are permanent on both ends: nobody would answer there for an address of another network.
 */
final class RouterPlanner implements Planner {
    private final RouterConfig config;
    private final ChainedNic nic;

    RouterPlanner(RouterConfig config, ChainedNic nic) {
        this.config = config;
        this.nic = nic;
    }

    @Override
    public Questions questions(Observation soFar) {
        if (config.nic().onlyMac()) {
            return Questions.NONE;
        }
        List<Query> host = new ArrayList<>();
        if (!config.sriov()) {
            for (IpFamily family : nic.families()) {
                host.add(new Query.Addresses(family));
                host.add(new Query.Rules(family));
            }
            HostEnd.questions(config.overlayInterface(), soFar).forEach(host::add);
        }
        return new Questions(host, NicScheme.questions(nic));
    }

    @Override
    public Plan plan(Observation seen) {
        Draft draft = new Draft();
        NicScheme.macAddress(config.nic(), nic, draft);
        if (!config.nic().onlyMac()) {
            new RouterDraft(config, nic, seen, draft).complete();
        }
        return new Plan(draft.statements());
    }
}

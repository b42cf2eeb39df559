package io.metaplugins.pod;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Scope;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.function.Predicate;

/** The addresses by which a node is known, and from which its probes come. */
public final class NodeAddresses {

    /** Interfaces whose addresses belong to containers, services or other networks of the node. */
    private static final List<String> NOT_THE_NODE =
            List.of(
                    "docker",
                    "cbr",
                    "dummy",
                    "virbr",
                    "lxcbr",
                    "veth",
                    "cali",
                    "flannel",
                    "kube-ipvs",
                    "cni",
                    "vx-submariner",
                    "cilium");

    private static final InterfaceName LOOPBACK = new InterfaceName("lo");

    private NodeAddresses() {}

    /**
     * The node's own addresses of the family, in the kernel's order. Those on loopback count only
     * where there is no other, as on nodes that announce one address over several uplinks.
     */
    public static List<IpAddress> of(Snapshot host, IpFamily family) {
        List<IpAddress> onNics = usable(host, family, NodeAddresses::isNodes);
        return onNics.isEmpty() ? usable(host, family, LOOPBACK::equals) : onNics;
    }

    private static List<IpAddress> usable(
            Snapshot host, IpFamily family, Predicate<InterfaceName> on) {
        return host.of(new Query.Addresses(family), Address.class).stream()
                .filter(address -> address.scope() == Scope.GLOBAL && !address.tentative())
                .filter(address -> on.test(address.dev()))
                .map(address -> address.cidr().address())
                .filter(address -> !address.isLinkLocal() && !address.isLoopback())
                .distinct()
                .toList();
    }

    private static boolean isNodes(InterfaceName dev) {
        return !dev.equals(LOOPBACK) && NOT_THE_NODE.stream().noneMatch(dev.value()::startsWith);
    }
}

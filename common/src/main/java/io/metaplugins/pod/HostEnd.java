package io.metaplugins.pod;

import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import io.metaplugins.plan.Observation;
import io.metaplugins.plan.PlanException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a pod's NIC ends on the node.
 *
 * @param veth the other end of the pod's NIC
 * @param dev the interface that the node routes to the pod by: the other end itself, or the bridge
 *     of which it is a port
 * @param mac the address that the pod must send to, to reach the node's stack: that of dev
 */
public record HostEnd(InterfaceName veth, InterfaceName dev, MacAddress mac) {

    /** What must be read of the host to find the end of a pod's NIC, as far as is known yet. */
    public static List<Query> questions(InterfaceName podNic, Observation soFar) {
        Optional<Query> other = otherEnd(podNic, soFar.container());
        Optional<Query> bridge = other.flatMap(query -> master(soFar.host(), query));
        return Stream.of(other, bridge).flatMap(Optional::stream).toList();
    }

    private static Optional<Query> otherEnd(InterfaceName podNic, Snapshot container) {
        Query query = new Query.LinkNamed(podNic);
        return container.answers(query)
                ? container.of(query, Link.class).stream()
                        .flatMap(link -> Stream.ofNullable(link.peerIndex()))
                        .<Query>map(Query.LinkIndexed::new)
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<Query> master(Snapshot host, Query query) {
        return host.answers(query)
                ? host.of(query, Link.class).stream()
                        .flatMap(link -> Stream.ofNullable(link.master()))
                        .<Query>map(Query.LinkIndexed::new)
                        .findFirst()
                : Optional.empty();
    }

    /**
     * Resolves the end from the answers.
     *
     * @throws PlanException if the pod has no such NIC, or the NIC has no other end on this node
     */
    public static HostEnd of(InterfaceName podNic, Observation seen) {
        Link inside = link(podNic, seen.container());
        Link other =
                otherEnd(podNic, seen.container())
                        .flatMap(query -> seen.host().of(query, Link.class).stream().findFirst())
                        .filter(link -> Integer.valueOf(inside.index()).equals(link.peerIndex()))
                        .orElseThrow(() -> noOtherEnd(inside));
        Link dev =
                master(seen.host(), new Query.LinkIndexed(other.index()))
                        .flatMap(query -> seen.host().of(query, Link.class).stream().findFirst())
                        .filter(link -> "bridge".equals(link.kind()))
                        .orElse(other);
        MacAddress mac = dev.address();
        if (mac == null) {
            throw new PlanException("interface " + dev.name() + " of the host has no MAC address");
        }
        return new HostEnd(other.name(), dev.name(), mac);
    }

    /** Whether the node routes by an interface that is this pod's alone, and no bridge of many. */
    public boolean isOwn() {
        return veth.equals(dev);
    }

    /**
     * The pod's link of that name.
     *
     * @throws PlanException if the pod has none
     */
    public static Link link(InterfaceName podNic, Snapshot container) {
        return container.of(new Query.LinkNamed(podNic), Link.class).stream()
                .findFirst()
                .orElseThrow(() -> new PlanException("the container has no interface " + podNic));
    }

    private static PlanException noOtherEnd(Link inside) {
        return new PlanException(
                "interface "
                        + inside.name()
                        + " of the container"
                        + (inside.kind() == null ? "" : " (" + inside.kind() + ")")
                        + " has no other end on the host");
    }
}

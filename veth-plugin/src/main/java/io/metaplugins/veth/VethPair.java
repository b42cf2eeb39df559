package io.metaplugins.veth;

import io.metaplugins.kernel.Link;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;
import io.metaplugins.pod.HostEnd;
import io.metaplugins.pod.NicScheme.ToNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The pair that ties a pod to its node. All of it follows from the container's id, so that whoever
 * comes for a NIC of the same container, or to remove it, means the same pair.
 *
 * @param hostEnd the interface on the node
 * @param hostMac its address
 * @param podMac the address of the pod's end
 */
record VethPair(InterfaceName hostEnd, MacAddress hostMac, MacAddress podMac) {
    /** The pod's end. */
    static final InterfaceName POD_END = new InterfaceName("veth0");

    private static final String PREFIX = "veth";
    private static final int ID_CHARACTERS = 11;

    // Fowler, Noll and Vo, 64 bits, variant 1a.
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private static final long MAC_BITS = 0xffff_ffff_ffffL;
    private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0000L;
    private static final long MULTICAST = 0x0100_0000_0000L;

    static VethPair of(String containerId) {
        String end = containerId.substring(0, Math.min(ID_CHARACTERS, containerId.length()));
        return new VethPair(
                new InterfaceName(PREFIX + end),
                mac(containerId + " host"),
                mac(containerId + " pod"));
    }

    private static MacAddress mac(String seed) {
        long hash = FNV_OFFSET;
        for (byte each : seed.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return new MacAddress((hash & MAC_BITS & ~MULTICAST) | LOCALLY_ADMINISTERED);
    }

    /** The way between the pod and the node that the pair is. */
    ToNode toNode() {
        return new ToNode(podMac, new HostEnd(hostEnd, hostEnd, hostMac), /* lendsAddress= */ true);
    }

    /** A wish for the pair, as the node sees it. */
    Link onHost(@Nullable Integer mtu) {
        return Link.pair(hostEnd, hostMac, mtu, new Link.Peer(POD_END, podMac));
    }

    /** A wish for the pod's end. */
    Link inPod(@Nullable Integer mtu) {
        return Link.up(POD_END, podMac, mtu);
    }
}

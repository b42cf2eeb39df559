package io.metaplugins.pod;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.DestinationTranslated;
import io.metaplugins.kernel.NftRule.InInterface;
import io.metaplugins.kernel.NftRule.Masquerade;
import io.metaplugins.kernel.NftRule.OutInterface;
import io.metaplugins.kernel.Snapshot;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import java.util.List;
import java.util.Set;

/**
 * What a pod sends to a service, and the node has translated into the address of a backend on
 * another host, leaves the node with the node's own address. Else the backend would answer the pod
 * directly, past the translation.
 *
 * <p>Nothing but that: a reply, or what goes to a backend by its own address, keeps the pod's.
 */
public final class ServiceMasquerade {
    // linux/netfilter_ipv4.h, NF_IP_PRI_NAT_SRC.
    private static final int SOURCE_NAT = 100;

    private static final NftChain CHAIN =
            NftChain.ours("services", NftChain.Type.NAT, NftChain.Hook.POSTROUTING, SOURCE_NAT);

    /** Links to other hosts that need no address of their own. */
    private static final Set<String> TUNNELS =
            Set.of("vxlan", "geneve", "ipip", "sit", "ip6tnl", "gre", "gretap", "wireguard");

    private ServiceMasquerade() {}

    /** States a rule for each interface of the node that leads to other hosts. */
    public static void of(HostEnd end, Set<IpFamily> families, Snapshot host, Draft draft) {
        for (Link link : host.all(Link.class)) {
            if (!link.loopback() && leadsToOthers(link, families, host)) {
                draft.host(
                        rule(end.veth(), link.name()),
                        "a service's backend on another host answers the node, which knows the pod");
            }
        }
    }

    private static NftRule rule(InterfaceName pod, InterfaceName uplink) {
        return new NftRule(
                CHAIN,
                pod + " by " + uplink,
                List.of(
                        new InInterface(pod),
                        new OutInterface(uplink),
                        new DestinationTranslated(),
                        new Masquerade(/* random= */ true)));
    }

    private static boolean leadsToOthers(Link link, Set<IpFamily> families, Snapshot host) {
        if (link.kind() != null && TUNNELS.contains(link.kind())) {
            return true;
        }
        for (IpFamily family : families) {
            List<IpAddress> nodes = NodeAddresses.of(host, family);
            if (host.all(Address.class).stream()
                    .anyMatch(address ->
                            address.dev().equals(link.name())
                                    && nodes.contains(address.cidr().address()))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the rule is about the pod whose interface on the node this is. */
    public static boolean isAbout(NftRule rule, InterfaceName pod) {
        return rule.name().startsWith(pod + " by ");
    }
}

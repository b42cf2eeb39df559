package io.metaplugins.pod;

import io.metaplugins.kernel.Route;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a user may say of a pod's NIC, whichever plugin routes it.
 *
 * @param overlaySubnets {@code overlay_hijack_subnet}: where the overlay's pods are
 * @param serviceSubnets {@code service_hijack_subnet}: where the services are
 * @param additionalSubnets {@code additional_hijack_subnet}: what else goes by way of the node
 * @param hostRuleTable {@code host_rule_table}: the node's table of ways to the pods' NICs
 * @param rulePriority {@code rule_priority}: of the second of four consecutive rule priorities
 * @param migrateRoute {@code migrate_route}: whose default route main has
 * @param defaultRouteInterface {@code default_route_interface}: the NIC whose default route main
 *     has once it is there, whatever migrateRoute says; null if none is named
 * @param reversePath {@code rp_filter}
 * @param macPrefix {@code mac_prefix}: the first two bytes of the NIC's MAC address, from which the
 *     rest follows; null to leave the MAC alone
 * @param onlyMac {@code only_op_mac}: set the MAC address and nothing else
 * @param skipCall {@code skip_call}: hand the result on and do nothing
 * @param txQueueLength {@code tx_queue_len}: packets; null to leave it alone
 * @param policyRoutes {@code policy_routes}: more routes for the NIC's own table
 * @param replyPath {@code reply_path}: replies leave by the NIC that the request came in by
 * @param replyMark {@code reply_mark}: the bits of packet and connection marks used for it
 * @param conflict {@code ip_conflict}
 * @param gateway {@code gateway_check}
 */
public record NicSettings(
        List<Cidr> overlaySubnets,
        List<Cidr> serviceSubnets,
        List<Cidr> additionalSubnets,
        TableId hostRuleTable,
        long rulePriority,
        MigrateRoute migrateRoute,
        @Nullable InterfaceName defaultRouteInterface,
        ReversePath reversePath,
        @Nullable MacPrefix macPrefix,
        boolean onlyMac,
        boolean skipCall,
        @Nullable Integer txQueueLength,
        List<PolicyRoute> policyRoutes,
        boolean replyPath,
        MarkMask replyMark,
        ConflictCheck conflict,
        GatewayCheck gateway) {

    /** Whose default route the pod's main table has when the NIC is in place. */
    public enum MigrateRoute {
        /** As the plugin does by itself: router the newest NIC's, veth the first one's. */
        AUTO,
        /** Nothing is moved. */
        NEVER,
        /** This NIC's, whatever came before or after it. */
        ALWAYS
    }

    /**
     * How strictly sources are checked (rp_filter of {@code ip-sysctl.rst}).
     *
     * @param setHost whether the host's end of the pod's interface is set too
     * @param value 0 off, 1 strict, 2 loose; null to leave it alone
     */
    public record ReversePath(boolean setHost, @Nullable Integer value) {}

    /** A route of the user's own for the NIC's table. */
    public record PolicyRoute(Cidr destination, IpAddress gateway) {}

    /**
     * Whether and how the NIC's addresses are probed for another holder before they are used.
     *
     * @param interval between two probes of one address
     * @param retries probes of one address
     */
    public record ConflictCheck(boolean enabled, Duration interval, int retries) {}

    /**
     * Whether and how the NIC's gateways are asked for.
     *
     * @param interval between two requests
     * @param retries requests to one gateway
     * @param required whether a gateway that does not answer fails the pod
     */
    public record GatewayCheck(boolean enabled, Duration interval, int retries, boolean required) {}

    public NicSettings {
        overlaySubnets = List.copyOf(overlaySubnets);
        serviceSubnets = List.copyOf(serviceSubnets);
        additionalSubnets = List.copyOf(additionalSubnets);
        policyRoutes = List.copyOf(policyRoutes);
    }

    /** The priority of the rules by the mark of a request's interface. */
    public long byMark() {
        return rulePriority() - 1;
    }

    /** The priority of the rules by destination. */
    public long byDestination() {
        return rulePriority();
    }

    /** The priority of the rules for the NIC's addresses. */
    public long fromNic() {
        return rulePriority() + 1;
    }

    /** The priority of the rules for the addresses of the interface that leads to the node. */
    public long fromOther() {
        return rulePriority() + 2;
    }

    /** The same, replies leaving by the NIC that the request came in by, or not. */
    public NicSettings withReplyPath(boolean other) {
        return new NicSettings(
                overlaySubnets,
                serviceSubnets,
                additionalSubnets,
                hostRuleTable,
                rulePriority,
                migrateRoute,
                defaultRouteInterface,
                reversePath,
                macPrefix,
                onlyMac,
                skipCall,
                txQueueLength,
                policyRoutes,
                other,
                replyMark,
                conflict,
                gateway);
    }

    /** Whether the route is one of the user's own. */
    public boolean isPolicy(Route route) {
        return policyRoutes.stream()
                .anyMatch(each ->
                        each.destination().equals(route.destination())
                                && each.gateway().equals(route.via()));
    }

    /** What goes by way of the node, with the key that says so. */
    public Stream<Hijack> hijacks() {
        return Stream.of(
                        hijacks("service_hijack_subnet", serviceSubnets),
                        hijacks("overlay_hijack_subnet", overlaySubnets),
                        hijacks("additional_hijack_subnet", additionalSubnets))
                .flatMap(each -> each);
    }

    private static Stream<Hijack> hijacks(String key, List<Cidr> subnets) {
        return subnets.stream().map(subnet -> new Hijack(key, subnet.network()));
    }

    /** A network that is reached by way of the node. */
    public record Hijack(String key, Cidr network) {}
}

package io.metaplugins.router;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.TableId;
import io.metaplugins.pod.MacPrefix;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the router plugin, valid and with its defaults.
 *
 * @param overlaySubnets {@code overlay_hijack_subnet}: where the overlay's pods are
 * @param serviceSubnets {@code service_hijack_subnet}: where the services are
 * @param additionalSubnets {@code additional_hijack_subnet}: what else goes over the overlay
 * @param overlayInterface {@code overlay_interface}: the pod's NIC in the overlay
 * @param hostRuleTable {@code host_rule_table}: the node's table of ways to the pods' other NICs
 * @param rulePriority {@code rule_priority}: of the first of three consecutive rule priorities
 * @param migrateRoute {@code migrate_route}: whose default route main has
 * @param reversePath {@code rp_filter}
 * @param sriov {@code sriov}: the NICs reach the node by themselves, nothing is set on the node
 * @param macPrefix {@code mac_prefix}: the first two bytes of the NIC's MAC address, from which the
 *     rest follows; null to leave the MAC alone
 * @param onlyMac {@code only_op_mac}: set the MAC address and nothing else
 */
record RouterConfig(
        List<Cidr> overlaySubnets,
        List<Cidr> serviceSubnets,
        List<Cidr> additionalSubnets,
        InterfaceName overlayInterface,
        TableId hostRuleTable,
        long rulePriority,
        MigrateRoute migrateRoute,
        ReversePath reversePath,
        boolean sriov,
        @Nullable MacPrefix macPrefix,
        boolean onlyMac) {

    /** Whose default route the pod's main table has when the NIC is in place. */
    enum MigrateRoute {
        /** The newest NIC's: the defaults of the NICs before it leave main. */
        AUTO(-1),
        /** Nothing is moved out of main. */
        NEVER(0),
        /** This NIC's, whatever came before or after it. */
        ALWAYS(1);

        private final int number;

        MigrateRoute(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * How strictly sources are checked (rp_filter of {@code ip-sysctl.rst}).
     *
     * @param setHost whether the host's end of the pod's overlay NIC is set too
     * @param value 0 off, 1 strict, 2 loose
     */
    record ReversePath(boolean setHost, int value) {}

    /** All that goes over the overlay, in the order of the keys. */
    Stream<Cidr> hijacked() {
        return Stream.of(serviceSubnets, overlaySubnets, additionalSubnets)
                .flatMap(List::stream)
                .map(Cidr::network)
                .distinct();
    }
}

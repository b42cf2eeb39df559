package io.metaplugins.router;

import io.metaplugins.cni.ConfigKey;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.TableId;
import io.metaplugins.pod.MacPrefix;
import java.time.Duration;
import java.util.List;
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
 * @param skipCall {@code skip_call}: hand the result on and do nothing
 * @param ipConflict {@code ip_conflict}
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
        boolean onlyMac,
        boolean skipCall,
        IpConflict ipConflict) {
    private static final String CIDR_LIST = "a list of CIDRs such as 10.244.0.0/18 or fd00::/64";
    private static final long LARGEST_TABLE = 0xffff_ffffL;
    // Rule 32766 looks up main; all three of ours must come before it.
    private static final int LARGEST_PRIORITY = 32763;

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
    }

    /**
     * How strictly sources are checked (rp_filter of {@code ip-sysctl.rst}).
     *
     * @param setHost whether the host's end of the pod's overlay NIC is set too
     * @param value 0 off, 1 strict, 2 loose
     */
    record ReversePath(boolean setHost, int value) {}

    /**
     * Whether and how the NIC's addresses are probed for another holder before they are used.
     *
     * @param interval between two probes of one address
     * @param retries probes of one address
     */
    record IpConflict(boolean enabled, Duration interval, int retries) {}

    /** Reads all keys; what is wrong with them is gathered in the reader. */
    static RouterConfig read(ConfigReader reader) {
        ConfigReader reversePath = reader.key("rp_filter").object();
        ConfigReader ipConflict = reader.key("ip_conflict").object();
        ConfigKey macPrefix = reader.key("mac_prefix", "podMACPrefix");
        ConfigKey onlyMac = reader.key("only_op_mac");
        ConfigKey overlay = reader.key("overlay_hijack_subnet", "overlayPodCIDR");
        ConfigKey service = reader.key("service_hijack_subnet", "serviceCIDR");
        RouterConfig config =
                new RouterConfig(
                        subnets(overlay),
                        subnets(service),
                        subnets(reader.key("additional_hijack_subnet", "hijackCIDR")),
                        reader.key("overlay_interface", "podDefaultCniNic")
                                .parsed(
                                        InterfaceName::new,
                                        "an interface name",
                                        new InterfaceName("eth0")),
                        hostRuleTable(reader.key("host_rule_table", "hostRuleTable")),
                        reader.key("rule_priority").integer(1, LARGEST_PRIORITY, 1000),
                        migrateRoute(reader.key("migrate_route")),
                        new ReversePath(
                                reversePath.key("set_host").bool(true),
                                reversePath.key("value").integer(0, 2, 2)),
                        reader.key("sriov").bool(false),
                        macPrefix.isEmpty()
                                ? null
                                : macPrefix.parsed(
                                        MacPrefix::parse,
                                        "two bytes of a unicast address, such as 0a:1b or 0a-1b"),
                        onlyMac.bool(false),
                        reader.key("skip_call").bool(false),
                        new IpConflict(
                                ipConflict.key("enabled").bool(false),
                                ipConflict
                                        .key("interval")
                                        .duration(
                                                Duration.ofMillis(1),
                                                Duration.ofMinutes(1),
                                                Duration.ofSeconds(1)),
                                ipConflict.key("retries").integer(1, 100, 3)));
        if (config.onlyMac && macPrefix.isEmpty()) {
            macPrefix.refuse("two bytes such as 0a:1b, since only_op_mac is true");
        }
        if (!config.onlyMac) {
            required(overlay);
            required(service);
        }
        return config;
    }

    private static List<Cidr> subnets(ConfigKey key) {
        return key.list(CIDR_LIST, text -> Cidr.parse(text.strip()));
    }

    private static void required(ConfigKey key) {
        if (key.isEmpty()) {
            key.refuse(CIDR_LIST);
        }
    }

    private static TableId hostRuleTable(ConfigKey key) {
        Long number = key.wholeNumber(1, LARGEST_TABLE);
        TableId table = number == null ? new TableId(500) : new TableId(number);
        if (table.compareTo(TableId.DEFAULT) >= 0 && table.compareTo(TableId.LOCAL) <= 0) {
            key.refuse("a table that is not one of the kernel's own, 253 to 255");
        }
        return table;
    }

    private static MigrateRoute migrateRoute(ConfigKey key) {
        int number =
                key.integer(
                        MigrateRoute.AUTO.number,
                        MigrateRoute.ALWAYS.number,
                        MigrateRoute.AUTO.number);
        for (MigrateRoute each : MigrateRoute.values()) {
            if (each.number == number) {
                return each;
            }
        }
        return MigrateRoute.AUTO;
    }
}

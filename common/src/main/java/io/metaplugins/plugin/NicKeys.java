package io.metaplugins.plugin;

import io.metaplugins.cni.ConfigKey;
import io.metaplugins.cni.ConfigReader;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.TableId;
import io.metaplugins.pod.MacPrefix;
import io.metaplugins.pod.MarkMask;
import io.metaplugins.pod.NicSettings;
import io.metaplugins.pod.NicSettings.ConflictCheck;
import io.metaplugins.pod.NicSettings.GatewayCheck;
import io.metaplugins.pod.NicSettings.MigrateRoute;
import io.metaplugins.pod.NicSettings.PolicyRoute;
import io.metaplugins.pod.NicSettings.ReversePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys that all plugins for a pod's NIC have: by their own names, which are spidernet's,
 * and by those of spiderpool's coordinator that mean the same.
 */
public final class NicKeys {
    static final String OVERLAY_SUBNETS = "overlay_hijack_subnet";
    static final String SERVICE_SUBNETS = "service_hijack_subnet";
    static final String ADDITIONAL_SUBNETS = "additional_hijack_subnet";

    private static final String CIDR_LIST = "a list of CIDRs such as 10.244.0.0/18 or fd00::/64";
    private static final String INTERFACE = "an interface name";
    private static final long LARGEST_TABLE = 0xffff_ffffL;
    // Rule 32766 looks up main, and 0 local; all four of ours must be between them.
    private static final int LEAST_PRIORITY = 2;
    private static final int LARGEST_PRIORITY = 32763;
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    private final ConfigReader reader;

    private NicKeys(ConfigReader reader) {
        this.reader = reader;
    }

    /**
     * Reads all keys; what is wrong with them is gathered in the reader.
     *
     * @param replyPath the default of {@code reply_path}
     */
    public static NicSettings read(ConfigReader reader, boolean replyPath) {
        return new NicKeys(reader).read(replyPath, /* idle= */ false);
    }

    /** As {@link #read(ConfigReader, boolean)}, for a plugin that is told to do nothing. */
    public static NicSettings readIdle(ConfigReader reader) {
        return new NicKeys(reader).read(/* replyPath= */ false, /* idle= */ true);
    }

    private NicSettings read(boolean replyPath, boolean idle) {
        ConfigKey macPrefix = reader.key("mac_prefix", "podMACPrefix");
        ConfigKey onlyMac = reader.key("only_op_mac");
        ConfigKey overlay = overlaySubnets(reader);
        ConfigKey service = serviceSubnets(reader);
        Timing timing = Timing.coordinators(reader.key("detectOptions").object());
        NicSettings settings =
                new NicSettings(
                        subnets(overlay),
                        subnets(service),
                        subnets(additionalSubnets(reader)),
                        hostRuleTable(reader.key("host_rule_table", "hostRuleTable")),
                        reader.key("rule_priority").integer(LEAST_PRIORITY, LARGEST_PRIORITY, 1000),
                        migrateRoute(),
                        name(reader.key("default_route_interface", "podDefaultRouteNic")),
                        reversePath(),
                        macPrefix.isEmpty()
                                ? null
                                : macPrefix.parsed(
                                        MacPrefix::parse,
                                        "two bytes of a unicast address, such as 0a:1b or 0a-1b"),
                        onlyMac.bool(false),
                        reader.key("skip_call").bool(false) || idle,
                        txQueueLength(reader.key("tx_queue_len", "txQueueLen")),
                        policyRoutes(reader.key("policy_routes", "policyRoutes")),
                        reader.key("reply_path").bool(replyPath),
                        reader.key("reply_mark")
                                .parsed(
                                        MarkMask::parse,
                                        "a mask of three or more bits in one piece, such as"
                                                + " 0xff000000",
                                        MarkMask.DEFAULT),
                        conflict(timing),
                        gateway(timing));
        if (settings.onlyMac() && macPrefix.isEmpty()) {
            macPrefix.refuse("two bytes such as 0a:1b, since only_op_mac is true");
        }
        if (!settings.onlyMac() && !settings.skipCall()) {
            required(overlay);
            required(service);
        }
        return settings;
    }

    static ConfigKey overlaySubnets(ConfigReader reader) {
        return reader.key(OVERLAY_SUBNETS, "overlayPodCIDR");
    }

    static ConfigKey serviceSubnets(ConfigReader reader) {
        return reader.key(SERVICE_SUBNETS, "serviceCIDR");
    }

    static ConfigKey additionalSubnets(ConfigReader reader) {
        return reader.key(ADDITIONAL_SUBNETS, "hijackCIDR");
    }

    static List<Cidr> subnets(ConfigKey key) {
        return key.list(CIDR_LIST, text -> Cidr.parse(text.strip()));
    }

    private static void required(ConfigKey key) {
        if (key.isEmpty()) {
            key.refuse(CIDR_LIST);
        }
    }

    private static @Nullable InterfaceName name(ConfigKey key) {
        return key.isEmpty() ? null : key.parsed(InterfaceName::new, INTERFACE);
    }

    private static TableId hostRuleTable(ConfigKey key) {
        Long number = key.wholeNumber(1, LARGEST_TABLE);
        TableId table = number == null ? new TableId(500) : new TableId(number);
        if (table.compareTo(TableId.DEFAULT) >= 0 && table.compareTo(TableId.LOCAL) <= 0) {
            key.refuse("a table that is not one of the kernel's own, 253 to 255");
        }
        return table;
    }

    /** Coordinator's {@code tunePodRoutes: false} means that nothing is moved. */
    private MigrateRoute migrateRoute() {
        ConfigKey tuned = reader.key("tunePodRoutes");
        ConfigKey key = reader.key("migrate_route");
        boolean tunes = tuned.bool(true);
        if (key.isPresent() && tuned.isPresent()) {
            tuned.refuse("it left out, since migrate_route says the same");
        }
        return switch (key.integer(-1, 1, tunes ? -1 : 0)) {
            case 0 -> MigrateRoute.NEVER;
            case 1 -> MigrateRoute.ALWAYS;
            default -> MigrateRoute.AUTO;
        };
    }

    /** Coordinator's {@code podRPFilter} is of the pod alone, and below 0 leaves it as it is. */
    private ReversePath reversePath() {
        ConfigKey key = reader.key("rp_filter");
        ConfigReader own = key.object();
        boolean setHost = own.key("set_host").bool(true);
        int value = own.key("value").integer(0, 2, 2);
        ConfigKey coordinators = reader.key("podRPFilter");
        if (!coordinators.isPresent()) {
            return new ReversePath(setHost, value);
        }
        if (key.isPresent()) {
            coordinators.refuse("it left out, since rp_filter says the same");
        }
        int podValue = coordinators.integer(-1, 2, 2);
        return new ReversePath(false, podValue < 0 ? null : podValue);
    }

    private static @Nullable Integer txQueueLength(ConfigKey key) {
        Long packets = key.wholeNumber(0, Integer.MAX_VALUE);
        // Coordinator writes 0 for "not set".
        return packets == null || packets == 0 ? null : packets.intValue();
    }

    private static List<PolicyRoute> policyRoutes(ConfigKey key) {
        List<PolicyRoute> routes = new ArrayList<>();
        for (ConfigReader each : key.objects()) {
            ConfigKey destination = each.key("dst");
            ConfigKey gateway = each.key("gw");
            Cidr network = destination.parsed(Cidr::parse, "a CIDR such as 10.0.0.0/8");
            IpAddress via = gateway.parsed(IpAddress::parse, "an address such as 172.18.0.1");
            if (!destination.isPresent()) {
                destination.refuse("a CIDR such as 10.0.0.0/8");
            }
            if (!gateway.isPresent()) {
                gateway.refuse("an address such as 172.18.0.1");
            }
            if (network != null && via != null) {
                if (network.family() == via.family()) {
                    routes.add(new PolicyRoute(network.network(), via));
                } else {
                    gateway.refuse("an address of the family of " + network);
                }
            }
        }
        return routes;
    }

    private ConflictCheck conflict(Timing common) {
        ConfigReader own = reader.key("ip_conflict").object();
        boolean detects = reader.key("detectIPConflict").bool(false);
        Timing timing = Timing.read(own, common);
        return new ConflictCheck(
                own.key("enabled").bool(detects), timing.interval(), timing.retries());
    }

    private GatewayCheck gateway(Timing common) {
        ConfigReader own = reader.key("gateway_check").object();
        boolean detects = reader.key("detectGateway").bool(false);
        Timing timing = Timing.read(own, common);
        return new GatewayCheck(
                own.key("enabled").bool(detects),
                timing.interval(),
                timing.retries(),
                // Who asks coordinator for it wants pods to fail.
                own.key("required").bool(detects));
    }

    /** How often something is asked, and how long each answer is waited for. */
    private record Timing(Duration interval, int retries) {
        /** 270 ms in all where nobody answers, and 300 with all that goes with it. */
        private static final Timing DEFAULT = new Timing(Duration.ofMillis(90), 3);

        /** Coordinator's {@code timeout} is of one request, as our interval is. */
        static Timing coordinators(ConfigReader options) {
            Timing timeout =
                    new Timing(interval(options.key("timeout"), DEFAULT), DEFAULT.retries());
            return read(options, timeout);
        }

        static Timing read(ConfigReader options, Timing otherwise) {
            return new Timing(
                    interval(options.key("interval"), otherwise),
                    options.key("retries").integer(1, 10, otherwise.retries()));
        }

        private static Duration interval(ConfigKey key, Timing otherwise) {
            return key.duration(LEAST_INTERVAL, LONGEST_INTERVAL, otherwise.interval());
        }
    }
}

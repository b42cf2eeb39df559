package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.Meter;
import io.metaplugins.kernel.Link;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import io.metaplugins.pod.ChainedNic;
import io.metaplugins.pod.NicSettings;
import io.metaplugins.probe.Announcement;
import io.metaplugins.probe.ConflictProbe;
import io.metaplugins.probe.GatewayProbe;
import io.metaplugins.probe.Nic;
import io.metaplugins.probe.Pace;
import io.metaplugins.probe.Segment;
import io.metaplugins.probe.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an ADD asks and tells on the NIC's segment. The questions come before anything is changed,
 * so that a pod that fails leaves no trace; first whether the addresses are free, since asking for
 * a gateway tells it the pod's address.
 */
final class SegmentChecks implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(SegmentChecks.class);

    /** Another host holds an address of the NIC. */
    private static final int ADDRESS_IN_USE = 103;

    /** A gateway that must answer does not. */
    private static final int GATEWAY_SILENT = 104;

    private final NicSettings settings;
    private final ChainedNic nic;
    private final @Nullable Segment segment;

    private SegmentChecks(NicSettings settings, ChainedNic nic, @Nullable Segment segment) {
        this.settings = settings;
        this.nic = nic;
        this.segment = segment;
    }

    /** Opens the segment, unless the settings ask for nothing there. */
    static SegmentChecks open(Session session, NicSettings settings, ChainedNic nic) {
        boolean needed =
                settings.conflict().enabled()
                        || settings.gateway().enabled()
                        || settings.macPrefix() != null;
        return new SegmentChecks(settings, nic, needed ? segment(session, nic) : null);
    }

    /** In comments, what is asked and told; empty if nothing is. */
    static String explained(NicSettings settings, ChainedNic nic) {
        StringBuilder text = new StringBuilder();
        NicSettings.ConflictCheck conflict = settings.conflict();
        if (conflict.enabled()) {
            text.append("# first of all, ip_conflict: asks ")
                    .append(pace(conflict.retries(), conflict.interval()))
                    .append(" whether another host has ")
                    .append(text(nic.addresses()))
                    .append('\n');
        }
        NicSettings.GatewayCheck gateway = settings.gateway();
        if (gateway.enabled() && !nic.gateways().isEmpty()) {
            text.append("# then, gateway_check: asks ")
                    .append(pace(gateway.retries(), gateway.interval()))
                    .append(" for ")
                    .append(text(nic.gateways()))
                    .append(gateway.required() ? ", which must answer\n" : "\n");
        }
        if (settings.macPrefix() != null) {
            text.append("# last of all, mac_prefix: announces the MAC address of ")
                    .append(text(nic.addresses()))
                    .append('\n');
        }
        return text.isEmpty() ? "" : "\n## On the segment of " + nic.name() + "\n" + text;
    }

    private static String pace(int rounds, Duration interval) {
        return rounds + " times, each " + interval.toMillis() + " ms,";
    }

    private static Segment segment(Session session, ChainedNic nic) {
        Link link = session.containerLink(nic.name());
        MacAddress mac = link.address();
        if (mac == null) {
            throw CniException.ofPlugin(
                    Failures.NOT_AS_SUPPOSED,
                    "pod or node is not as the configuration supposes",
                    "interface " + nic.name() + " of the container has no MAC address");
        }
        return session.segment(
                new Nic(nic.name(), link.index(), mac, session.containerAddresses()));
    }

    /**
     * Asks whether the addresses are free and the gateways there, as far as the settings want it.
     *
     * @param meter of conflicts
     * @throws CniException if an address is not free, or a gateway that is required does not answer
     */
    void ask(Meter meter) {
        if (segment != null && settings.conflict().enabled()) {
            conflicts(segment, meter);
        }
        if (segment != null && settings.gateway().enabled() && !nic.gateways().isEmpty()) {
            gateways(segment);
        }
    }

    private void conflicts(Segment on, Meter meter) {
        NicSettings.ConflictCheck check = settings.conflict();
        List<Sighting> conflicts =
                new ConflictProbe(on, new Pace(check.retries(), check.interval()))
                        .conflicts(nic.addresses());
        if (!conflicts.isEmpty()) {
            conflicts.stream()
                    .map(conflict -> conflict.address().family())
                    .distinct()
                    .forEach(meter::conflict);
            throw CniException.ofPlugin(
                    ADDRESS_IN_USE,
                    "address conflict",
                    "interface " + nic.name() + ", ip_conflict: " + text(conflicts));
        }
    }

    private void gateways(Segment on) {
        NicSettings.GatewayCheck check = settings.gateway();
        List<IpAddress> silent = new ArrayList<>(nic.gateways());
        silent.removeAll(
                new GatewayProbe(on, new Pace(check.retries(), check.interval()))
                        .answers(nic.addresses(), nic.gateways())
                        .keySet());
        if (silent.isEmpty()) {
            return;
        }
        String details =
                "interface " + nic.name() + ", gateway_check: no answer of " + text(silent);
        if (check.required()) {
            throw CniException.ofPlugin(GATEWAY_SILENT, "gateway does not answer", details);
        }
        log.warn("{}", details);
    }

    private static String text(Collection<?> several) {
        return several.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Tells the MAC address that the NIC has been given, if it has. */
    void tell() {
        if (segment != null && settings.macPrefix() != null) {
            IpAddress first = nic.addresses().getFirst().address();
            new Announcement(segment).send(nic.addresses(), settings.macPrefix().addressFor(first));
        }
    }

    @Override
    public void close() {
        if (segment != null) {
            segment.close();
        }
    }
}

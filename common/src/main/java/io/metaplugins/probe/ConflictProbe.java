package io.metaplugins.probe;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Address conflict detection: asks whether another host holds the addresses of a NIC, or is about
 * to. IPv4 as RFC 5227, section 2.1, and IPv6 as RFC 4862, section 5.4, say, but in a fraction of
 * their seconds: a pod waits.
 *
 * <p>The questions come from no address, so that nobody learns anything from them: whoever holds an
 * address keeps its peers. The addresses may be the kernel's already or not; what the kernel itself
 * sends, the detection of its own included, comes from the NIC's MAC address and does not count. It
 * must be done before anything is sent from the addresses, the gateway check included.
 */
public final class ConflictProbe {
    private static final Logger log = LogManager.getLogger(ConflictProbe.class);

    private final Segment segment;
    private final Pace pace;

    /** Probes on a segment, each time in so many rounds. */
    public ConflictProbe(Segment segment, Pace pace) {
        this.segment = segment;
        this.pace = pace;
    }

    /**
     * Probes for all addresses at once. Takes the pace's bound if one of them is free, and ends at
     * once when none is.
     *
     * @return the first sighting of each address that another host has; empty if all are free
     * @throws ErrnoException if the NIC cannot send or hear
     */
    public List<Sighting> conflicts(List<Cidr> addresses) {
        long start = System.nanoTime();
        Map<IpAddress, ByteBuffer> probes = new LinkedHashMap<>();
        for (Cidr each : addresses) {
            probes.put(each.address(), probe(each.address()));
        }
        // Who started at the same moment should not speak at the same moments.
        long greatestDelay = pace.interval().toNanos() / 2;
        List<Sighting> conflicts =
                List.copyOf(
                        new Inquiry(segment, pace, _ -> true).put(probes, greatestDelay).values());
        log.info(
                "{}: {} of {} addresses in use by others {}, found in {} ms",
                segment.nic().name(),
                conflicts.size(),
                probes.size(),
                conflicts,
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        return conflicts;
    }

    private ByteBuffer probe(IpAddress address) {
        if (address.isIpv4()) {
            return Arp.request(segment.nic().mac(), Arp.NOBODY, address);
        }
        segment.join(Ndp.ALL_NODES);
        segment.join(Ndp.solicitedNode(address));
        return Ndp.solicitation(segment.nic().mac(), Ndp.NOBODY, address);
    }
}

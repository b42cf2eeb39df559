package io.metaplugins.probe;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Tells the segment at which MAC address the addresses of a NIC are from now on, so that who talked
 * to a former holder, or to the NIC under its former MAC address, need not wait until that entry is
 * stale. IPv4: gratuitous ARP, as request and as reply, for there are hosts that heed only one of
 * them. IPv6: an unsolicited neighbour advertisement with the override flag to all nodes.
 *
 * <p>The NIC must have its final MAC address, and the addresses must be known to be free.
 */
public final class Announcement {
    private static final Logger log = LogManager.getLogger(Announcement.class);

    private static final int TIMES = 3;
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private final Segment segment;

    /** Announces on a segment. */
    public Announcement(Segment segment) {
        this.segment = segment;
    }

    /**
     * Announces all addresses three times within 20 ms. A failure is in the log, and nowhere else:
     * peers learn in the end.
     */
    public void send(List<Cidr> addresses, MacAddress mac) {
        List<ByteBuffer> frames = new ArrayList<>();
        for (Cidr each : addresses) {
            frames.addAll(frames(each.address(), mac));
        }
        try {
            for (int time = 0; time < TIMES; time++) {
                if (time > 0) {
                    segment.pause(BETWEEN);
                }
                frames.forEach(segment::send);
            }
            log.info("{}: announced {} at {}", segment.nic().name(), addresses, mac);
        } catch (ErrnoException e) {
            log.warn("{} cannot be announced at {}: {}", addresses, mac, e.getMessage());
        }
    }

    private static List<ByteBuffer> frames(IpAddress address, MacAddress mac) {
        return address.isIpv4()
                ? List.of(Arp.announcement(mac, address), Arp.gratuitousReply(mac, address))
                : List.of(Ndp.announcement(mac, address));
    }
}

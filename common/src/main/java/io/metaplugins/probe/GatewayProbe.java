package io.metaplugins.probe;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Asks whether the gateways of a NIC are there, by ARP and neighbour discovery: a gateway need not
 * answer a ping, but nobody can use one that does not answer these.
 *
 * <p>The questions come from the NIC's addresses, and the gateway remembers them. So the addresses
 * must be known to be free: {@link ConflictProbe} comes before, else the question of a pod that
 * then fails takes the gateway's packets from the rightful holder.
 */
public final class GatewayProbe {
    private static final Logger log = LogManager.getLogger(GatewayProbe.class);

    private final Segment segment;
    private final Pace pace;

    /** Probes on a segment, each time in so many rounds. */
    public GatewayProbe(Segment segment, Pace pace) {
        this.segment = segment;
        this.pace = pace;
    }

    /**
     * Asks for all gateways at once. Ends as soon as all of them answered, and takes the pace's
     * bound if one does not.
     *
     * @param addresses of the NIC; one on the gateway's network is preferred
     * @return the MAC addresses of the gateways that answered; of those that are missing there was
     *     no answer to any round
     * @throws ErrnoException if the NIC cannot send or hear
     */
    public Map<IpAddress, MacAddress> answers(List<Cidr> addresses, List<IpAddress> gateways) {
        long start = System.nanoTime();
        Map<IpAddress, ByteBuffer> questions = new LinkedHashMap<>();
        for (IpAddress each : gateways) {
            questions.put(each, question(source(addresses, each), each));
        }
        Map<IpAddress, MacAddress> answers = new LinkedHashMap<>();
        new Inquiry(segment, pace, sighting -> !sighting.evidence().isProbe())
                .put(questions, 0)
                .forEach((gateway, sighting) -> answers.put(gateway, sighting.holder()));
        Set<IpAddress> silent = questions.keySet();
        silent.removeAll(answers.keySet());
        log.info(
                "{}: gateways {} answered, {} did not, found in {} ms",
                segment.nic().name(),
                answers,
                silent,
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        return answers;
    }

    private ByteBuffer question(IpAddress from, IpAddress gateway) {
        return gateway.isIpv4()
                ? Arp.request(segment.nic().mac(), from, gateway)
                : Ndp.solicitation(segment.nic().mac(), from, gateway);
    }

    /** Without an address of the family the question is a probe, which is answered too. */
    private static IpAddress source(List<Cidr> addresses, IpAddress gateway) {
        IpAddress source = gateway.isIpv4() ? Arp.NOBODY : Ndp.NOBODY;
        for (Cidr each : addresses) {
            if (each.contains(gateway)) {
                return each.address();
            }
            if (each.family() == gateway.family() && source.isUnspecified()) {
                source = each.address();
            }
        }
        return source;
    }
}

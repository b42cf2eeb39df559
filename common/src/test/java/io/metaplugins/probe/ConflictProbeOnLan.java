package io.metaplugins.probe;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.probe.Lan.Host;
import java.time.Duration;
import java.util.List;

/** Conflict probes of a host on a {@link Lan}. */
abstract class ConflictProbeOnLan {
    static final Cidr IPV4 = Cidr.parse("172.18.24.124/16");
    static final Cidr IPV6 = Cidr.parse("fd00:172:18::24:124/64");
    static final List<Cidr> BOTH = List.of(IPV4, IPV6);

    static final Pace PACE = Pace.DEFAULT;
    static final Pace UNHURRIED = new Pace(4, Duration.ofSeconds(2));

    final Libc libc = JnrLibc.load();

    List<Sighting> conflicts(Host pod, List<Cidr> addresses) {
        return conflicts(pod, addresses, PACE);
    }

    List<Sighting> conflicts(Host pod, List<Cidr> addresses, Pace pace) {
        try (Segment segment = pod.open(libc)) {
            return new ConflictProbe(segment, pace).conflicts(addresses);
        }
    }

    static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

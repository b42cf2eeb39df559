package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.MacAddress;
import io.metaplugins.probe.Lan.Host;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConflictProbeTest {
    private static final Cidr IPV4 = Cidr.parse("172.18.24.124/16");
    private static final Cidr IPV6 = Cidr.parse("fd00:172:18::24:124/64");
    private static final List<Cidr> BOTH = List.of(IPV4, IPV6);

    private static final Pace PACE = Pace.DEFAULT;

    private final Libc libc = JnrLibc.load();

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void namesTheHostThatHoldsTheAddress(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            holder.take(IPV4.toString());
            holder.take(IPV6.toString());
            MacAddress mac = holder.nic().mac();
            assertThat(conflicts(pod, BOTH))
                    .containsExactlyInAnyOrder(
                            new Sighting(IPV4.address(), mac, Evidence.ARP_REPLY),
                            new Sighting(IPV6.address(), mac, Evidence.ADVERTISEMENT));
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void freeAddressesTakeTheBound(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host other = lan.connect();
            other.take("172.18.24.125/16");
            pod.take(IPV4.toString());
            assertThat(conflicts(pod, BOTH)).as("a first time, to load the classes").isEmpty();
            long start = System.nanoTime();
            assertThat(conflicts(pod, BOTH)).isEmpty();
            assertThat(since(start)).isBetween(PACE.bound(), PACE.bound().multipliedBy(2));
        }
    }

    private List<Sighting> conflicts(Host pod, List<Cidr> addresses) {
        try (Segment segment = pod.open(libc)) {
            return new ConflictProbe(segment, PACE).conflicts(addresses);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

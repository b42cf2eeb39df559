package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.net.Cidr;
import io.metaplugins.net.MacAddress;
import io.metaplugins.probe.Lan.Counter;
import io.metaplugins.probe.Lan.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who holds an address, or is about to, is seen, and nobody else. */
class ConflictProbeTest extends ConflictProbeOnLan {
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
            assertThat(since(start)).isBetween(PACE.bound(), PACE.bound().multipliedBy(3));
        }
    }

    /** Neither host has the address, so no kernel answers for it. */
    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void ofTwoWhoProbeAtTheSameTimeBothNotice(Lan.Kind kind) throws Exception {
        try (Lan lan = new Lan(kind);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Host one = lan.connect();
            Host two = lan.connect();
            CyclicBarrier start = new CyclicBarrier(2);
            Future<List<Sighting>> first = threads.submit(() -> conflicts(one, BOTH, start));
            Future<List<Sighting>> second = threads.submit(() -> conflicts(two, BOTH, start));
            assertThat(first.get()).containsExactlyInAnyOrderElementsOf(probedBy(two));
            assertThat(second.get()).containsExactlyInAnyOrderElementsOf(probedBy(one));
        }
    }

    private List<Sighting> conflicts(Host pod, List<Cidr> addresses, CyclicBarrier start)
            throws Exception {
        try (Segment segment = pod.open(libc)) {
            start.await();
            return new ConflictProbe(segment, PACE).conflicts(addresses);
        }
    }

    private static List<Sighting> probedBy(Host host) {
        MacAddress mac = host.nic().mac();
        return List.of(
                new Sighting(IPV4.address(), mac, Evidence.ARP_PROBE),
                new Sighting(IPV6.address(), mac, Evidence.DAD_SOLICITATION));
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void noticesAKernelThatIsAtItsOwnDetection(Lan.Kind kind) throws Exception {
        try (Lan lan = new Lan(kind);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Host pod = lan.connect();
            Host other = lan.connect();
            detectAtOnce(other);
            Counter heard =
                    other.count("ip6", "prerouting", "icmpv6 type nd-neighbor-solicit", "accept");
            // Else a macvlan hears only the groups that it is in.
            other.netns().run("ip", "link", "set", "net1", "allmulticast", "on");
            Future<List<Sighting>> conflicts =
                    threads.submit(() -> conflicts(pod, List.of(IPV6), UNHURRIED));
            Lan.await(() -> heard.packets() > 0);
            other.netns().run("ip", "address", "add", IPV6.toString(), "dev", "net1");
            assertThat(conflicts.get())
                    .containsExactly(
                            new Sighting(
                                    IPV6.address(), other.nic().mac(), Evidence.DAD_SOLICITATION));
        }
    }

    /** Or else the two would not notice each other if they were of different make. */
    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void aKernelThatIsAtItsOwnDetectionNoticesUs(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host other = lan.connect();
            other.netns().run("sysctl", "-qw", "net.ipv6.conf.net1.dad_transmits=60");
            other.netns().run("ip", "address", "add", IPV6.toString(), "dev", "net1");
            List<Sighting> _ = conflicts(pod, List.of(IPV6));
            Lan.await(
                    () -> other.netns().run("ip", "address", "show", "net1").contains("dadfailed"));
        }
    }

    private static void detectAtOnce(Host host) {
        host.netns().run("sysctl", "-qw", "net.ipv6.conf.net1.router_solicitation_delay=0");
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void oneLostAnswerDoesNotHideTheHolder(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            holder.take(IPV4.toString());
            holder.take(IPV6.toString());
            Counter arp = holder.loseFirst("arp", "output", "arp operation reply");
            Counter ndp = holder.loseFirst("ip6", "output", "icmpv6 type nd-neighbor-advert");
            assertThat(conflicts(pod, BOTH)).hasSize(2);
            assertThat(arp.packets()).isOne();
            assertThat(ndp.packets()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void oneLostQuestionDoesNotHideTheHolder(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            holder.take(IPV4.toString());
            holder.take(IPV6.toString());
            Counter arp = holder.loseFirst("arp", "input", "arp saddr ip 0.0.0.0");
            Counter ndp = holder.loseFirst("ip6", "input", "ip6 saddr ::");
            assertThat(conflicts(pod, BOTH)).hasSize(2);
            assertThat(arp.packets()).isOne();
            assertThat(ndp.packets()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void manyAddressesTakeAsLongAsOne(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            List<Cidr> many = new ArrayList<>();
            for (int number = 1; number <= 25; number++) {
                many.add(Cidr.parse("172.18.77." + number + "/16"));
                many.add(Cidr.parse("fd00:172:18::77:" + number + "/64"));
            }
            assertThat(conflicts(pod, many)).isEmpty();
            long start = System.nanoTime();
            assertThat(conflicts(pod, many)).isEmpty();
            assertThat(since(start)).isLessThan(PACE.bound().multipliedBy(3));
            many.forEach(each -> holder.take(each.toString()));
            assertThat(conflicts(pod, many))
                    .extracting(Sighting::address)
                    .containsExactlyInAnyOrderElementsOf(many.stream().map(Cidr::address).toList());
        }
    }

    @Test
    void endsAsSoonAsEachAddressIsFoundInUse() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            holder.take(IPV4.toString());
            Pace slow = new Pace(3, Duration.ofSeconds(4));
            long start = System.nanoTime();
            assertThat(conflicts(pod, List.of(), slow)).isEmpty();
            assertThat(conflicts(pod, List.of(IPV4), slow)).hasSize(1);
            assertThat(since(start)).isLessThan(slow.interval());
        }
    }

    /** All that the NIC and its own kernel send comes back from a loop in the network. */
    @Test
    void ownFramesAreNoConflict() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            lan.reflectTo(1);
            pod.take(IPV4.toString());
            detectAtOnce(pod);
            pod.netns().run("sysctl", "-qw", "net.ipv6.conf.net1.dad_transmits=60");
            Counter arp = pod.count("arp", "input", "arp saddr ip 0.0.0.0", "accept");
            // The kernel knows its own solicitations by their nonces, and ours it would not know.
            Counter ndp = pod.count("ip6", "input", "icmpv6 type nd-neighbor-solicit", "drop");
            pod.netns().run("ip", "address", "add", IPV6.toString(), "dev", "net1");
            assertThat(conflicts(pod, BOTH)).isEmpty();
            assertThat(arp.packets()).as("probes that came back").isEqualTo(PACE.rounds());
            assertThat(ndp.packets()).as("and the kernel's own").isGreaterThan(PACE.rounds());
            assertThat(pod.netns().run("ip", "address", "show", "net1"))
                    .as("the kernel is still at it")
                    .contains("tentative")
                    .doesNotContain("dadfailed");
        }
    }

    /** The holder keeps its peers: nobody learns anything from a probe. */
    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void aProbeLeavesNoTraceInAnyCache(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            Host peer = lan.connect();
            holder.take(IPV4.toString());
            peer.take("172.18.0.1/16");
            peer.netns().run("ping", "-c", "1", "-W", "5", "172.18.24.124");
            String before = peer.neighbour("172.18.24.124");
            assertThat(before).contains(holder.nic().mac().toString());
            assertThat(conflicts(pod, BOTH)).hasSize(1);
            assertThat(peer.neighbour("172.18.24.124")).contains(holder.nic().mac().toString());
            assertThat(holder.neighbour("172.18.24.124")).isEmpty();
        }
    }
}

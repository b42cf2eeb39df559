package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.MacAddress;
import io.metaplugins.probe.Lan.Counter;
import io.metaplugins.probe.Lan.Host;
import io.metaplugins.testkit.Signals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConflictProbeTest {
    private static final Cidr IPV4 = Cidr.parse("172.18.24.124/16");
    private static final Cidr IPV6 = Cidr.parse("fd00:172:18::24:124/64");
    private static final List<Cidr> BOTH = List.of(IPV4, IPV6);

    private static final Pace PACE = Pace.DEFAULT;
    private static final Pace UNHURRIED = new Pace(4, Duration.ofSeconds(2));

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

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void noiseIsNoConflict(Lan.Kind kind) throws Exception {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host other = lan.connect();
            Random random = new Random();
            assertThat(conflictsWhile(pod, other, () -> noise(random))).isEmpty();
        }
    }

    /** A frame to all that begins like ARP or IPv6, and goes on anyhow. */
    private static byte[] noise(Random random) {
        byte[] frame = new byte[14 + random.nextInt(100)];
        random.nextBytes(frame);
        ByteBuffer.wrap(frame)
                .put(Ethernet.BROADCAST.bytes())
                .putShort(12, random.nextBoolean() ? Arp.PROTOCOL : Ndp.PROTOCOL);
        return frame;
    }

    /** What the pod finds while another host sends frames all the time. */
    private List<Sighting> conflictsWhile(Host pod, Host other, Supplier<byte[]> frames)
            throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> sending = threads.submit(() -> sendUntil(end, other, frames));
            try {
                return conflicts(pod, BOTH);
            } finally {
                end.countDown();
                sending.get();
            }
        }
    }

    private void sendUntil(CountDownLatch end, Host host, Supplier<byte[]> frames) {
        try (Segment segment = host.open(libc)) {
            while (end.getCount() > 0) {
                byte[] bytes = frames.get();
                segment.send(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
                segment.pause(Duration.ofMillis(1));
            }
        }
    }

    /** As on a trunk, where the same address may be in use in each VLAN. */
    @Test
    void whatIsSaidInAnotherVlanIsNoConflict() throws Exception {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            assertThat(conflictsWhile(lan, "8100 0064")).as("VLAN 100").isEmpty();
            assertThat(conflictsWhile(lan, "8100 e000")).as("a priority alone").hasSize(1);
        }
    }

    private List<Sighting> conflictsWhile(Lan lan, String tag) throws Exception {
        Host pod = lan.connect();
        Host other = lan.connect();
        byte[] frame =
                HexFormat.of()
                        .parseHex(
                                ("ffff ffff ffff 0200 0000 000b"
                                                + tag
                                                + "0806 0001 0800 0604 0002"
                                                + "0200 0000 000b ac12 187c 0200 0000 000b ac12 187c")
                                        .replace(" ", ""));
        return conflictsWhile(pod, other, () -> frame);
    }

    /** The answer is there, but we get to read it when the time is over long ago. */
    @Test
    void aProcessThatIsKeptFromRunningHearsTheAnswerAllTheSame() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            holder.take(IPV4.toString());
            holder.take(IPV6.toString());
            Libc late = Late.by(PACE.bound(), libc);
            try (Segment segment = pod.open(late)) {
                assertThat(new ConflictProbe(segment, PACE).conflicts(BOTH)).hasSize(2);
            }
        }
    }

    @Test
    void signalsNeitherDisturbNorProlongIt() throws Exception {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host holder = lan.connect();
            assertThat(conflicts(pod, BOTH)).isEmpty();
            long start = System.nanoTime();
            try (Signals _ = Signals.toThisThread()) {
                assertThat(conflicts(pod, BOTH)).isEmpty();
            }
            assertThat(since(start)).isBetween(PACE.bound(), PACE.bound().multipliedBy(10));
            holder.take(IPV4.toString());
            holder.take(IPV6.toString());
            try (Signals _ = Signals.toThisThread()) {
                assertThat(conflicts(pod, BOTH)).hasSize(2);
            }
        }
    }

    @Test
    void aNicThatIsDownIsAnErrorThatNamesIt() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            pod.netns().run("ip", "link", "set", "net1", "down");
            assertThatThrownBy(() -> conflicts(pod, BOTH))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageEndingWith(" on net1: ENETDOWN");
        }
    }

    @Test
    void aNicThatIsNotThereIsAnErrorAndLeavesNoSocket() throws Exception {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            assertThat(conflicts(pod, List.of(IPV4))).isEmpty();
            long before = descriptors();
            Host gone =
                    new Host(
                            pod.netns(),
                            new Nic(pod.nic().name(), 4711, pod.nic().mac(), Set.of()));
            assertThatThrownBy(() -> conflicts(gone, BOTH)).hasMessage("bind on net1: ENODEV");
            assertThat(conflicts(pod, List.of(IPV4))).isEmpty();
            assertThat(descriptors()).isEqualTo(before);
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private List<Sighting> conflicts(Host pod, List<Cidr> addresses) {
        return conflicts(pod, addresses, PACE);
    }

    private List<Sighting> conflicts(Host pod, List<Cidr> addresses, Pace pace) {
        try (Segment segment = pod.open(libc)) {
            return new ConflictProbe(segment, pace).conflicts(addresses);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

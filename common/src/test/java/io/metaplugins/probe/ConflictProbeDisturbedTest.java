package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.probe.Lan.Host;
import io.metaplugins.testkit.Signals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Noise, signals, delays and NICs that cannot send. */
class ConflictProbeDisturbedTest extends ConflictProbeOnLan {
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
}

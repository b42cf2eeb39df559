package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.MacAddress;
import io.metaplugins.probe.Lan.Counter;
import io.metaplugins.probe.Lan.Host;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnnouncementTest {
    private static final String IPV4 = "172.18.24.124";
    private static final String IPV6 = "fd00:172:18::24:124";
    private static final List<Cidr> BOTH =
            List.of(Cidr.parse(IPV4 + "/16"), Cidr.parse(IPV6 + "/64"));

    private final Libc libc = JnrLibc.load();

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void peersGoToTheNewHolderAtOnce(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host peer = peerThatKnows(lan.connect(), lan);
            Host pod = lan.connect();
            announce(pod, BOTH, pod.nic().mac());
            assertThat(peer.neighbour(IPV4)).contains(pod.nic().mac().toString());
            assertThat(peer.neighbour(IPV6)).contains(pod.nic().mac().toString());
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void peersGoToTheNicsNewMacAddressAtOnce(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host peer = peerThatKnows(pod, lan);
            try (Segment segment = pod.open(libc)) {
                pod.netns().run("ip", "link", "set", "net1", "address", "0a:1b:ac:12:18:7c");
                new Announcement(segment).send(BOTH, MacAddress.parse("0a:1b:ac:12:18:7c"));
            }
            assertThat(peer.neighbour(IPV4)).contains("0a:1b:ac:12:18:7c");
            assertThat(peer.neighbour(IPV6)).contains("0a:1b:ac:12:18:7c");
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void eachFormOfArpIsEnough(Lan.Kind kind) {
        for (String form : List.of("request", "reply")) {
            try (Lan lan = new Lan(kind)) {
                Host peer = peerThatKnows(lan.connect(), lan);
                Counter unheard = peer.count("arp", "input", "arp operation " + form, "drop");
                Host pod = lan.connect();
                announce(pod, BOTH, pod.nic().mac());
                assertThat(unheard.packets()).as(form).isEqualTo(3);
                assertThat(peer.neighbour(IPV4)).contains(pod.nic().mac().toString());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void oneLostFrameDoesNotMatter(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host peer = peerThatKnows(lan.connect(), lan);
            Counter arp = peer.loseFirst("arp", "input", "arp saddr ip " + IPV4);
            Counter ndp = peer.loseFirst("ip6", "input", "icmpv6 type nd-neighbor-advert");
            Host pod = lan.connect();
            announce(pod, BOTH, pod.nic().mac());
            assertThat(arp.packets()).isOne();
            assertThat(ndp.packets()).isOne();
            assertThat(peer.neighbour(IPV4)).contains(pod.nic().mac().toString());
            assertThat(peer.neighbour(IPV6)).contains(pod.nic().mac().toString());
        }
    }

    /** Those who never heard of the address need not remember it. */
    @Test
    void strangersLearnNothing() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host stranger = lan.connect();
            stranger.take("172.18.0.1/16");
            stranger.take("fd00:172:18::1/64");
            announce(pod, BOTH, pod.nic().mac());
            assertThat(stranger.neighbour(IPV4)).isEmpty();
            assertThat(stranger.neighbour(IPV6)).isEmpty();
        }
    }

    @Test
    void holdsNobodyUp() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host _ = lan.connect();
            announce(pod, BOTH, pod.nic().mac());
            long start = System.nanoTime();
            announce(pod, BOTH, pod.nic().mac());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(50).multipliedBy(3));
        }
    }

    @Test
    void aNicThatIsDownIsNotAFailure() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            pod.netns().run("ip", "link", "set", "net1", "down");
            announce(pod, BOTH, pod.nic().mac());
        }
    }

    /** A host that has the holder of both addresses in its caches. */
    private static Host peerThatKnows(Host holder, Lan lan) {
        BOTH.forEach(each -> holder.take(each.toString()));
        Host peer = lan.connect();
        peer.take("172.18.0.1/16");
        peer.take("fd00:172:18::1/64");
        peer.netns().run("ping", "-c", "1", "-W", "5", IPV4);
        peer.netns().run("ping", "-c", "1", "-W", "5", IPV6);
        assertThat(peer.neighbour(IPV4)).contains(holder.nic().mac().toString());
        assertThat(peer.neighbour(IPV6)).contains(holder.nic().mac().toString());
        return peer;
    }

    private void announce(Host pod, List<Cidr> addresses, MacAddress mac) {
        try (Segment segment = pod.open(libc)) {
            new Announcement(segment).send(addresses, mac);
        }
    }
}

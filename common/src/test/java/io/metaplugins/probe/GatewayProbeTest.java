package io.metaplugins.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.MacAddress;
import io.metaplugins.probe.Lan.Counter;
import io.metaplugins.probe.Lan.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatewayProbeTest {
    private static final Cidr IPV4 = Cidr.parse("172.18.24.124/16");
    private static final Cidr IPV6 = Cidr.parse("fd00:172:18::24:124/64");
    private static final List<Cidr> BOTH = List.of(IPV4, IPV6);
    private static final IpAddress GATEWAY4 = IpAddress.parse("172.18.0.1");
    private static final IpAddress GATEWAY6 = IpAddress.parse("fd00:172:18::1");
    private static final List<IpAddress> GATEWAYS = List.of(GATEWAY4, GATEWAY6);
    private static final Pace PACE = Pace.DEFAULT;

    private final Libc libc = JnrLibc.load();

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void tellsWhereTheGatewaysAre(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            MacAddress mac = gateway(lan).nic().mac();
            assertThat(answers(pod, BOTH, GATEWAYS, PACE))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(GATEWAY4, mac, GATEWAY6, mac));
        }
    }

    @Test
    void endsWithTheLastAnswer() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host _ = gateway(lan);
            Pace slow = new Pace(5, Duration.ofSeconds(4));
            long start = System.nanoTime();
            assertThat(answers(pod, BOTH, GATEWAYS, slow)).hasSize(2);
            // A frame may be lost, and is asked for again.
            assertThat(since(start)).isLessThan(slow.bound().dividedBy(2));
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void aGatewayThatIsNotThereIsMissingAmongTheAnswers(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            MacAddress mac = gateway(lan).nic().mac();
            List<IpAddress> gateways = List.of(GATEWAY4, IpAddress.parse("172.18.0.9"), GATEWAY6);
            assertThat(answers(pod, BOTH, gateways, PACE)).hasSize(2);
            long start = System.nanoTime();
            assertThat(answers(pod, BOTH, gateways, PACE))
                    .containsOnly(Map.entry(GATEWAY4, mac), Map.entry(GATEWAY6, mac));
            assertThat(since(start)).isBetween(PACE.bound(), PACE.bound().multipliedBy(3));
        }
    }

    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void oneLostFrameDoesNotHideAGateway(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host gateway = gateway(lan);
            Counter question = gateway.loseFirst("arp", "input", "arp operation request");
            Counter answer = gateway.loseFirst("ip6", "output", "icmpv6 type nd-neighbor-advert");
            assertThat(answers(pod, BOTH, GATEWAYS, PACE)).hasSize(2);
            assertThat(question.packets()).isOne();
            assertThat(answer.packets()).isOne();
        }
    }

    @Test
    void aGatewayThatIsStillDownForTheFirstRoundIsThere() throws Exception {
        try (Lan lan = new Lan(Lan.Kind.VETH);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Host pod = lan.connect();
            Host gateway = lan.connect();
            gateway.take("172.18.0.1/16");
            gateway.netns().run("ip", "link", "set", "net1", "down");
            Counter asked = lan.countOnWire("arp operation request");
            Pace slow = new Pace(20, Duration.ofMillis(500));
            Future<Map<IpAddress, MacAddress>> answers =
                    threads.submit(() -> answers(pod, BOTH, List.of(GATEWAY4), slow));
            Lan.await(() -> asked.packets() > 0);
            gateway.netns().run("ip", "link", "set", "net1", "up");
            assertThat(answers.get()).containsOnly(Map.entry(GATEWAY4, gateway.nic().mac()));
        }
    }

    /** From another network's address it could have no way back, or drop what seems forged. */
    @Test
    void asksFromTheAddressOnTheGatewaysNetwork() {
        try (Lan lan = new Lan(Lan.Kind.VETH)) {
            Host pod = lan.connect();
            Host gateway = gateway(lan);
            List<Cidr> addresses =
                    List.of(Cidr.parse("10.50.0.7/24"), IPV6, Cidr.parse("fd00:50::7/64"), IPV4);
            assertThat(answers(pod, addresses, GATEWAYS, PACE)).hasSize(2);
            String mac = pod.nic().mac().toString();
            assertThat(gateway.neighbour("172.18.24.124")).contains(mac);
            assertThat(gateway.neighbour("fd00:172:18::24:124")).contains(mac);
            assertThat(gateway.neighbour("10.50.0.7")).isEmpty();
            assertThat(gateway.neighbour("fd00:50::7")).isEmpty();
        }
    }

    /** A pod with addresses of one family may have a gateway of the other. */
    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void asksWithoutAnAddressOfTheFamilyToo(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host gateway = lan.connect();
            gateway.take("172.18.0.1/16");
            gateway.take("fe80::1/64");
            List<IpAddress> gateways = List.of(GATEWAY4, IpAddress.parse("fe80::1"));
            assertThat(answers(pod, List.of(IPV6), gateways, PACE)).hasSize(2);
            assertThat(answers(pod, List.of(), gateways, PACE)).hasSize(2);
        }
    }

    /** Why it comes after the conflict probe. */
    @ParameterizedTest
    @EnumSource(Lan.Kind.class)
    void theGatewayRemembersWhoAsked(Lan.Kind kind) {
        try (Lan lan = new Lan(kind)) {
            Host pod = lan.connect();
            Host gateway = gateway(lan);
            try (Segment segment = pod.open(libc)) {
                assertThat(new ConflictProbe(segment, PACE).conflicts(BOTH)).isEmpty();
                assertThat(gateway.neighbour("172.18.24.124")).isEmpty();
                assertThat(gateway.neighbour("fd00:172:18::24:124")).isEmpty();
                assertThat(new GatewayProbe(segment, PACE).answers(BOTH, GATEWAYS)).hasSize(2);
            }
            String mac = pod.nic().mac().toString();
            assertThat(gateway.neighbour("172.18.24.124")).contains(mac);
            assertThat(gateway.neighbour("fd00:172:18::24:124")).contains(mac);
        }
    }

    private static Host gateway(Lan lan) {
        Host gateway = lan.connect();
        gateway.take("172.18.0.1/16");
        gateway.take("fd00:172:18::1/64");
        return gateway;
    }

    private Map<IpAddress, MacAddress> answers(
            Host pod, List<Cidr> addresses, List<IpAddress> gateways, Pace pace) {
        try (Segment segment = pod.open(libc)) {
            return new GatewayProbe(segment, pace).answers(addresses, gateways);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.NEVER;
import static io.metaplugins.agent.drift.Tended.await;
import static io.metaplugins.agent.drift.Tended.repaired;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.plugin.RepairMode;
import io.metaplugins.testkit.HostUnchanged;
import io.metaplugins.testkit.TestNetns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others change is heard of, and put right, without a look at everything. */
@ExtendWith(HostUnchanged.class)
class KeeperTest {
    /** A second, which a machine that has little time for it may stretch. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** So often at most is it looked at a pod, whatever happens there. */
    private static final Duration CROWD = Duration.ofMillis(150);

    private static final String STORM =
            """
            for i in $(seq 1 20000); do echo rule add priority 5 lookup 7; echo rule del priority 5; done |
                ip -batch -
            """;

    @TempDir Path root;
    private Tended tended;
    private Tended.Pod pod;

    @BeforeEach
    void open() {
        tended = new Tended(root);
        pod = tended.new Pod(5);
    }

    @AfterEach
    void close() {
        tended.close();
        pod.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    pod  | link          | ip link set net1 address 02:00:00:00:00:cc
                    pod  | address       | ip addr del 169.254.77.1/32 dev net1
                    pod  | route         | ip route del 10.0.0.0/8 table 100
                    pod  | route         | ip route replace 10.0.0.0/8 dev net1 table 100
                    pod  | route         | ip -6 route del fd09::/64 table 100
                    pod  | rule          | ip rule del priority 1002
                    pod  | neighbour     | ip neigh del 169.254.1.1 dev eth0
                    pod  | neighbour     | ip neigh replace 169.254.1.1 lladdr 02:00:00:00:00:01 dev eth0
                    pod  | sysctl        | sysctl -qw net/ipv4/conf/net1/arp_ignore=0
                    pod  | sysctl        | sysctl -qw net/ipv6/conf/net1/accept_ra=1
                    pod  | packet-filter | nft flush chain inet meta-plugins requests
                    pod  | packet-filter | nft flush ruleset
                    node | link          | ip link set cali5 mtu 1300
                    node | link          | ip link set cali5 address 02:00:00:00:00:dd
                    node | route         | ip route del 203.0.113.5 table 500
                    node | route         | ip route replace 172.18.0.5 dev up0 table 500
                    node | rule          | ip rule del priority 1000
                    node | neighbour     | ip neigh del 172.18.0.5 dev cali5
                    node | sysctl        | sysctl -qw net/ipv4/conf/cali5/rp_filter=0
                    node | packet-filter | nft delete table inet meta-plugins
                    """)
    void comesBack(String place, String object, String command) {
        pod.attach();
        TestNetns where = place.equals("pod") ? pod.netns : tended.host;
        String before = tended.look(where);
        Keeper keeper = tended.keep();

        where.run(command.split(" "));
        long changed = System.nanoTime();

        await(() -> keeper.tally().changes().containsKey(repaired(object)));
        assertThat(Duration.ofNanos(System.nanoTime() - changed)).isLessThan(SOON);
        await(() -> tended.look(where).equals(before));
        assertThat(keeper.tally().changes()).containsEntry(repaired(object), 1L);
        assertThat(keeper.tally().fullPasses()).isEqualTo(1);
    }

    /** With a link that goes down goes what stands on it. */
    @ParameterizedTest
    @CsvSource({"pod,net1", "node,up0"})
    void bringsBackWhatWentWithALink(String place, String link) {
        pod.attach();
        TestNetns where = place.equals("pod") ? pod.netns : tended.host;
        Keeper keeper = tended.keep();

        where.run("ip", "link", "set", link, "down");
        where.run("ip", "link", "set", link, "up");

        await(() -> keeper.tally().changes().containsKey(repaired("route")));
        assertThat(keeper.tally().fullPasses()).isEqualTo(1);
    }

    @Test
    void looksAfterPodsThatComeLater() {
        Keeper keeper = tended.keep();
        pod.attach();
        try (Tended.Pod other = tended.new Pod(6)) {
            other.attach();
            String before = tended.look(other.netns);

            other.ip("rule del priority 1002");

            await(() -> tended.look(other.netns).equals(before));
            await(() -> keeper.tally().changes().equals(Map.of(repaired("rule"), 1L)));
            assertThat(keeper.tally().fullPasses()).isEqualTo(1);
        }
    }

    @Test
    void putsRightOnceWhatAllPodsShare() {
        pod.attach();
        try (Tended.Pod other = tended.new Pod(6)) {
            other.attach();
            String before = tended.look(tended.host);
            Keeper keeper = tended.keep();

            tended.host.run("sh", "-c", "ip rule del priority 1000; ip route flush table 500");

            await(() -> tended.look(tended.host).equals(before));
            await(() ->
                    keeper.tally()
                            .changes()
                            .equals(Map.of(repaired("rule"), 1L, repaired("route"), 4L)));
        }
    }

    @Test
    void leavesWhatOthersChangeForThemselves() {
        pod.attach();
        Keeper keeper = tended.keep();

        pod.ip("rule add priority 5 lookup 7");
        pod.ip("route add 10.9.0.0/16 dev net1 table 7");
        tended.hostIp("route add 10.9.0.0/16 dev up0 table 7");
        tended.host.run("nft", "add table inet theirs");
        pod.ip("rule del priority 1002");

        await(() -> keeper.tally().changes().equals(Map.of(repaired("rule"), 1L)));
        assertThat(pod.ip("rule show priority 5")).isNotEmpty();
        assertThat(pod.ip("route show table 7")).isNotEmpty();
        assertThat(tended.hostIp("route show table 7")).isNotEmpty();
        assertThat(tended.host.run("nft", "list", "ruleset")).contains("theirs");
    }

    @Test
    void looksSeldomWhileThereIsAStorm() {
        pod.attach();
        String before = tended.look(pod.netns);
        Keeper keeper = tended.keep();
        long looks = keeper.tally().looks();
        long start = System.nanoTime();

        pod.netns.run("sh", "-c", STORM);
        pod.ip("rule del priority 1002");
        await(() -> keeper.tally().changes().containsKey(repaired("rule")));
        long crowds = (System.nanoTime() - start) / CROWD.toNanos();

        assertThat(keeper.tally().looks() - looks).isLessThan(10 + crowds);
        await(() -> tended.look(pod.netns).equals(before));
    }

    @Test
    void looksAtEverythingIfMoreWasToldThanCouldBeHeard() throws Exception {
        pod.attach();
        String before = tended.look(pod.netns);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean isHeldUp = new AtomicBoolean();
        Keeper keeper =
                tended.keep(
                        Tended.following(() -> {
                            if (isHeldUp.get()) {
                                busy.countDown();
                                Tended.await(() -> over.getCount() == 0);
                            }
                        }));
        isHeldUp.set(true);
        busy.await();

        pod.netns.run("sh", "-c", STORM);
        pod.ip("rule del priority 1002");
        isHeldUp.set(false);
        over.countDown();

        await(() -> keeper.tally().changes().containsKey(repaired("rule")));
        assertThat(keeper.tally().missed()).isPositive();
        await(() -> keeper.tally().fullPasses() > 1);
        await(() -> tended.look(pod.netns).equals(before));
    }

    @Test
    void looksAtEverythingNowAndThen() {
        pod.attach();
        Keeper keeper = tended.keep(new KeeperSettings(RepairMode.ON, Duration.ofMillis(1), NEVER));

        await(() -> keeper.tally().fullPasses() > 3);
        assertThat(keeper.tally().changes()).isEmpty();
    }

    @Test
    void doesNothingIfItIsOff() {
        pod.attach();
        Keeper keeper =
                tended.keep(new KeeperSettings(RepairMode.OFF, Duration.ofMillis(1), NEVER));
        pod.ip("rule del priority 1002");
        long passes = keeper.tally().fullPasses();

        await(() -> keeper.tally().fullPasses() > passes + 2);

        assertThat(keeper.tally().changes()).isEmpty();
        assertThat(pod.ip("rule show priority 1002")).isEmpty();
    }
}

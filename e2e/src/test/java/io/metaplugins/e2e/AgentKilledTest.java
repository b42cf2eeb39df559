package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metaplugins.testkit.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An agent that dies all the time, at any point, while a node's pods come and go. */
class AgentKilledTest {
    private static final int PODS = 8;
    private static final int REQUESTS = 500;
    private static final int LEAST_KILLS = 5;
    private static final int MOST_REQUESTS_OF_A_LIFE = 120;
    private static final long LONGEST_PAUSE_MILLIS = 30;

    /** What is ours in a pod, as a witness sees it; sorted, since next hops have no order. */
    private static final String LOOK =
            Cluster.NO_ADDRESS_IS_TENTATIVE
                    + """
                    for family in 4 6; do
                        printf 'rule\\nroute show table all\\nneighbour show nud permanent\\n' |
                            ip -$family -batch -
                    done | sed 's/ expires [0-9]*sec//' | sort
                    nft list ruleset
                    """;

    private static final String RECEIPTS =
            """
            cd /run/meta-plugins/ledger 2>/dev/null || exit 0
            for each in */[!.]*.json; do
                cat "$each" 2>/dev/null || [ ! -e "$each" ]
            done
            """;

    private final long seed = System.nanoTime();
    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void losesAndLeaksNothing() throws Exception {
        System.out.println("AgentKilledTest: seed " + seed);
        try (AgentNode node = AgentNode.open();
                ExecutorService threads = Executors.newFixedThreadPool(PODS)) {
            List<Attachment> pods = new ArrayList<>();
            for (int number = 0; number < PODS; number++) {
                pods.add(node.addPod());
            }
            List<String> before = node.picture();
            List<Future<?>> lives = new ArrayList<>();
            for (Attachment pod : pods) {
                lives.add(threads.submit(() -> live(node, pod)));
            }

            int kills = killUntilAllIsDone(node, lives);

            for (Future<?> life : lives) {
                life.get();
            }
            assertThat(requests.get()).isGreaterThanOrEqualTo(REQUESTS);
            assertThat(kills).as("seed %d", seed).isGreaterThanOrEqualTo(LEAST_KILLS);
            assertLeavesNothing(node, before);
        }
    }

    /** A pod's NIC is added, checked and deleted, again and again. */
    private void live(AgentNode node, Attachment pod) {
        String bare = look(node, pod);
        Random random = new Random(seed + pod.netns().hashCode());
        for (int left = (REQUESTS + PODS - 1) / PODS; left > 0; ) {
            left -= demand(node, "ADD", pod);
            for (int checks = random.nextInt(3); checks > 0; checks--) {
                left -= demand(node, "CHECK", pod);
            }
            left -= demand(node, "CHECK", pod) + demand(node, "DEL", pod);
            assertThat(look(node, pod)).as("seed %d", seed).isEqualTo(bare);
        }
    }

    private int demand(AgentNode node, String verb, Attachment pod) {
        Shell.Output output = node.ask(verb, pod);
        assertThat(output.status())
                .as("%s for %s, seed %d: %s", verb, pod.container(), seed, output)
                .isZero();
        requests.incrementAndGet();
        return 1;
    }

    private static String look(AgentNode node, Attachment pod) {
        return node.sandbox().run(pod.netns(), LOOK);
    }

    /** Some agents die before they serve, most at work. The last one stays. */
    private int killUntilAllIsDone(AgentNode node, List<Future<?>> lives) throws Exception {
        Random random = new Random(seed);
        ObjectMapper json = new ObjectMapper();
        for (int kills = 0; ; kills++) {
            NodeAgent agent = node.start();
            int enough = requests.get() + random.nextInt(MOST_REQUESTS_OF_A_LIFE);
            boolean serves = random.nextInt(4) > 0;
            do {
                boolean dead = agent.awaitEnd(random.nextLong(1, LONGEST_PAUSE_MILLIS));
                assertThat(dead).as("it ends by itself: %s", agent.log()).isFalse();
                if (lives.stream().allMatch(Future::isDone)) {
                    return kills;
                }
            } while (serves && requests.get() < enough);
            agent.kill();
            assertReceiptsAreWhole(node, json);
        }
    }

    private static void assertReceiptsAreWhole(AgentNode node, ObjectMapper json)
            throws IOException {
        try (var values = json.readerFor(JsonNode.class).readValues(node.run(RECEIPTS))) {
            while (values.hasNext()) {
                assertThat(((JsonNode) values.next()).isObject()).isTrue();
            }
        }
    }

    private static void assertLeavesNothing(AgentNode node, List<String> before) {
        NodeAgent last = node.agent().awaitService();
        assertThat(node.picture()).isEqualTo(before);
        assertThat(node.leftBehind()).isEmpty();
        assertThat(node.spooled()).isEmpty();
        last.awaitNoPodHeld();
        assertThat(node.sandbox().run("pgrep -x java | wc -l").strip()).isEqualTo("1");
        assertThat(node.sandbox().run("pgrep -c router || :").strip()).isEqualTo("0");
    }
}

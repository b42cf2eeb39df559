package io.metaplugins.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.agent.Turns.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final int STEPS = 100_000;
    private static final int MOST = 7;
    private static final int THREADS = 8;
    private static final int WORKS = 50_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private String seed() {
        return "seed " + seed;
    }

    private String anyOf(String... containers) {
        return containers[random.nextInt(containers.length)];
    }

    @Test
    void whatIsForNobodyWaitsForNobody() {
        Turns<String> turns = new Turns<>(0, 0);

        assertThat(turns.come("", "status", 1)).isEqualTo(Turn.NOW);
        assertThat(turns.come("", "metrics", 1)).isEqualTo(Turn.NOW);
        assertThat(turns.next("")).isNull();
        assertThat(turns.depth()).isZero();
    }

    @Test
    void tooMuchForOneContainerKeepsNoOtherOneAway() {
        Turns<String> turns = new Turns<>(1, 1);

        assertThat(turns.come("pod1", "ADD", 1)).isEqualTo(Turn.NOW);
        assertThat(turns.come("pod1", "CHECK", 1)).isEqualTo(Turn.LATER);
        assertThat(turns.come("pod1", "DEL", 1)).isEqualTo(Turn.NEVER);
        assertThat(turns.come("pod2", "ADD", 1)).isEqualTo(Turn.NOW);
        assertThat(turns.next("pod1")).isEqualTo("CHECK");
        assertThat(turns.next("pod1")).isNull();
        assertThat(turns.come("pod1", "DEL", 1)).isEqualTo(Turn.NOW);
    }

    @Test
    void whatWaitsTakesNoMoreMemoryThanIsAllowed() {
        Turns<String> turns = new Turns<>(MOST, 10);

        assertThat(turns.come("pod1", "ADD", 100)).isEqualTo(Turn.NOW);
        assertThat(turns.come("pod1", "CHECK", 6)).isEqualTo(Turn.LATER);
        assertThat(turns.come("pod1", "DEL", 5)).isEqualTo(Turn.NEVER);
        assertThat(turns.come("pod1", "DEL", 4)).isEqualTo(Turn.LATER);
        assertThat(turns.next("pod1")).isEqualTo("CHECK");
        assertThat(turns.come("pod1", "ADD", 6)).isEqualTo(Turn.LATER);
    }

    /** Beside the plainest thing that could be meant: all that has come and is not done. */
    @Test
    void anySuccessionIsAsIfEachContainerHadItsOwnQueue() {
        Turns<Integer> turns = new Turns<>(MOST, MOST);
        Map<String, Queue<Integer>> undone = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            String container = anyOf("a", "b", "c");
            Queue<Integer> own = undone.computeIfAbsent(container, _ -> new ArrayDeque<>());
            if (random.nextInt(5) < 3) {
                Turn expected = expected(own, waiting(undone));
                assertThat(turns.come(container, step, 1)).as(seed()).isEqualTo(expected);
                if (expected != Turn.NEVER) {
                    own.add(step);
                }
            } else if (!own.isEmpty()) {
                own.remove();
                assertThat(turns.next(container)).as(seed()).isEqualTo(own.peek());
            }
            assertThat(turns.depth()).as(seed()).isEqualTo(waiting(undone));
        }
    }

    private static Turn expected(Queue<Integer> own, int waiting) {
        if (own.isEmpty()) {
            return Turn.NOW;
        }
        return waiting == MOST ? Turn.NEVER : Turn.LATER;
    }

    private static int waiting(Map<String, Queue<Integer>> undone) {
        return undone.values().stream().mapToInt(queue -> Math.max(0, queue.size() - 1)).sum();
    }

    @Test
    void threadsAreNeverTwoForOneContainerAndKeepItsOrder() throws Exception {
        Works works = new Works();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                all.add(threads.submit(works::serve));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }

        assertThat(works.done.values().stream().mapToInt(List::size).sum()).isEqualTo(WORKS);
        assertThat(works.done.values()).allSatisfy(list -> assertThat(list).isSorted());
        assertThat(works.turns.depth()).isZero();
    }

    /** Numbered, for one of a few containers each. */
    private static final class Works {
        final Turns<Integer> turns = new Turns<>(WORKS, WORKS);
        final Map<String, List<Integer>> done =
                Map.of("0", new ArrayList<>(), "1", new ArrayList<>(), "2", new ArrayList<>());
        private final Map<String, AtomicInteger> busy =
                Map.of(
                        "0",
                        new AtomicInteger(),
                        "1",
                        new AtomicInteger(),
                        "2",
                        new AtomicInteger());
        private int came;

        void serve() {
            for (Integer work = lead(); work != null; work = lead()) {
                carryOut(work);
            }
        }

        /** As at the reception, where one thread at a time takes turns for all. */
        private synchronized @Nullable Integer lead() {
            while (came < WORKS) {
                int work = came++;
                if (turns.come(container(work), work, 1) == Turn.NOW) {
                    return work;
                }
            }
            return null;
        }

        private static String container(int work) {
            return Integer.toString(work % 3);
        }

        private void carryOut(int first) {
            String container = container(first);
            AtomicInteger own = Objects.requireNonNull(busy.get(container));
            List<Integer> list = Objects.requireNonNull(done.get(container));
            for (Integer work = first; work != null; work = turns.next(container)) {
                assertThat(own.incrementAndGet()).isEqualTo(1);
                list.add(work);
                own.decrementAndGet();
            }
        }
    }
}

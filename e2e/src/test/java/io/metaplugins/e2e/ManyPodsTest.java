package io.metaplugins.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node whose pods all start and end at once. */
class ManyPodsTest {
    private static final int PODS = 32;
    private static final int AT_ONCE = 16;

    @ParameterizedTest(name = "{0}")
    @EnumSource(Scenario.class)
    void podsAddedAndDeletedInParallelLeaveNothingOnTheNode(Scenario scenario) throws Exception {
        try (PodOfManyNics pod = scenario.open();
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Attachment> attachments = new ArrayList<>();
            for (int i = 1; i <= PODS; i++) {
                OverlayPod one = numbered(i);
                pod.cluster().addPod(one);
                attachments.add(scenario.first().numbered(i).attachment(one));
            }
            List<String> before = pod.cluster().picture("node1");

            all(threads, attachments, pod.runtime()::add);

            assertThat(pod.onNode("ip rule show priority 1000").lines()).hasSize(1);
            assertThat(pod.onNode("ip -6 rule show priority 1000").lines()).hasSize(1);
            assertThat(pod.onNode("ip route show table 500").lines()).hasSize(PODS);
            all(threads, attachments, pod.runtime()::check);

            all(threads, attachments, pod.runtime()::del);

            assertThat(pod.cluster().picture("node1")).containsExactlyElementsOf(before);
            assertThat(pod.onNode("find /run/meta-plugins -name '*.json*'")).isEmpty();
        }
    }

    private static OverlayPod numbered(int i) {
        return new OverlayPod(
                "pod" + i,
                "node1",
                "cali00000000a%02d".formatted(i),
                new Dual("10.244.1." + (20 + i), "fd00:10:244:1::" + (20 + i)));
    }

    private static void all(
            ExecutorService threads, List<Attachment> attachments, Consumer<Attachment> verb)
            throws InterruptedException, ExecutionException {
        List<Callable<Object>> calls = new ArrayList<>();
        for (Attachment attachment : attachments) {
            calls.add(Executors.callable(() -> verb.accept(attachment)));
        }
        for (Future<Object> done : threads.invokeAll(calls)) {
            done.get();
        }
    }
}

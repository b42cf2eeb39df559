package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.NftRule.Masquerade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Rules that are read and written while others write too. */
class NftablesTogetherTest extends NftablesOfNetns {
    /** More than fits into one datagram, so that the kernel may be interrupted while it tells. */
    @Test
    void readsAllRulesWhileOthersWrite() throws Exception {
        StringBuilder script = new StringBuilder("add table inet meta-plugins\n");
        script.append("add chain " + SOURCE + " " + SOURCE.definition() + "\n");
        for (int number = 0; number < 500; number++) {
            NftRule each = rule(SOURCE, "pod " + number, new Masquerade(false));
            script.append("add rule " + each.chain() + " " + each.definition() + "\n");
        }
        assertThat(testNetns.attempt(script.toString(), Map.of(), "nft", "-f", "-").succeeded())
                .isTrue();
        try (Churn _ = Churn.start(testNetns, "nft 'add table ip churn; delete table ip churn'")) {
            for (int round = 0; round < 40; round++) {
                assertThat(read()).hasSize(500).doesNotHaveDuplicates();
                write(Act.ADD, RANDOM);
                write(Act.DELETE, RANDOM);
            }
        }
    }

    @Test
    void manyWriteAtOnceWhileOthersDoToo() throws Exception {
        int writers = 8;
        int rounds = 25;
        try (ExecutorService executor = Executors.newFixedThreadPool(writers);
                Churn _ =
                        Churn.start(
                                testNetns,
                                "nft 'add table ip churn; add chain ip churn c; delete table ip churn'")) {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                NftRule own = rule(SOURCE, "writer " + writer, new Masquerade(false));
                tasks.add(() -> addAndDelete(own, rounds));
            }
            for (Future<String> each : executor.invokeAll(tasks)) {
                assertThat(each.get()).isEmpty();
            }
        }
        assertThat(nft("list tables inet")).isEmpty();
    }

    private String addAndDelete(NftRule own, int rounds) {
        try (NetlinkKernel each = NetlinkKernel.open(libc, netns)) {
            for (int round = 0; round < rounds; round++) {
                for (Act act : List.of(Act.ADD, Act.REPLACE, Act.DELETE)) {
                    List<Failure> failures = each.write(List.of(new Change(act, own)));
                    if (!failures.isEmpty()) {
                        return failures.toString();
                    }
                    boolean there = each.read(own.query()).contains(own);
                    if (there != (act != Act.DELETE)) {
                        return own + " after " + act + ": " + there;
                    }
                }
            }
            return "";
        }
    }

    @Test
    void ofManyWhoAddTheSameOneSucceeds() throws Exception {
        int writers = 8;
        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < 10; round++) {
                List<Callable<List<Failure>>> tasks = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    tasks.add(() -> {
                        try (NetlinkKernel each = NetlinkKernel.open(libc, netns)) {
                            return each.write(List.of(new Change(Act.ADD, RANDOM)));
                        }
                    });
                }
                List<String> errors = new ArrayList<>();
                for (Future<List<Failure>> each : executor.invokeAll(tasks)) {
                    each.get().forEach(failure -> errors.add(failure.cause().errno()));
                }
                assertThat(errors).hasSize(writers - 1).containsOnly("EEXIST");
                assertThat(read()).containsExactly(RANDOM);
                write(Act.DELETE, RANDOM);
            }
        }
    }
}

package io.metaplugins.agent.drift;

import static io.metaplugins.agent.drift.Tended.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.AttachmentId;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Running pods are planned anew for a node that has other addresses. */
@ExtendWith(HostUnchanged.class)
class NodeFollowerTest {
    @Test
    void plansAllAnewWhenAnAddressComesOrGoes(@TempDir Path root) throws Exception {
        try (Tended tended = new Tended(root);
                Tended.Pod first = tended.new Pod(5);
                Tended.Pod second = tended.new Pod(6)) {
            first.attach();
            second.attach();
            Keeper keeper = tended.keep();
            assertThat(tended.renewed).containsExactly(first.id(), second.id());
            tended.renewed.clear();

            tended.hostIp("addr add 10.5.0.1/32 dev cali5");
            tended.hostIp("addr add 192.0.2.2/24 dev up0");
            await(() -> tended.renewed.size() == 2);
            tended.hostIp("addr del 192.0.2.2/24 dev up0");
            await(() -> tended.renewed.size() == 4);
            tended.hostIp("addr add fd00::2/64 dev up0 nodad");
            await(() -> tended.renewed.size() == 6);

            List<Object> renewed = new ArrayList<>(tended.renewed);
            assertThat(renewed)
                    .containsExactly(
                            first.id(),
                            second.id(),
                            first.id(),
                            second.id(),
                            first.id(),
                            second.id());
            assertThat(tended.logged("the node's addresses are")).hasSize(3);
            assertThat(keeper.tally().fullPasses()).isEqualTo(1);
        }
    }

    @Test
    void plansThoseOnceMoreWhoseAddHadBegunBefore(@TempDir Path root) {
        try (Tended tended = new Tended(root);
                Tended.Pod first = tended.new Pod(5);
                Tended.Pod second = tended.new Pod(6)) {
            NodeFollower follower = tended.follower();
            long end = NodeFollower.LONGEST_ADD.toNanos();
            follower.look(0);
            first.attach();
            second.attach();

            follower.follow(news(List.of(first.id(), second.id()), List.of()), 1);
            follower.follow(news(List.of(), List.of(second.id())), end - 1);
            assertThat(tended.renewed).isEmpty();
            follower.follow(news(List.of(), List.of()), end);
            follower.follow(news(List.of(second.id()), List.of()), end + 1);
            follower.follow(news(List.of(), List.of()), end + 2);

            assertThat(tended.renewed).containsExactly(first.id());
        }
    }

    private static Roster.News news(List<AttachmentId> written, List<AttachmentId> gone) {
        return new Roster.News(List.of(), written, gone);
    }
}

package io.metaplugins.agent.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Namespace;
import io.metaplugins.libc.JnrServerLibc;
import io.metaplugins.netlink.Monitor;
import io.metaplugins.netlink.NamespaceIds;
import io.metaplugins.netlink.SettingsWatch;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.HostUnchanged;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whose news it is, by the numbers that the kernel gives to pods. */
@ExtendWith(HostUnchanged.class)
class ListenerTest {
    private static final long GRACE = 10;

    private final Opening opening = new Opening();
    private Tended tended;
    private Tended.Pod first;
    private Tended.Pod second;
    private NamespaceIds ids;
    private Roster roster;
    private Pods pods;
    private Graves graves;
    private Listener listener;

    @BeforeEach
    void open(@TempDir Path root) {
        tended = new Tended(root);
        first = tended.new Pod(5);
        second = tended.new Pod(6);
        Netns node = opening.add(Netns.open(tended.libc, tended.host.path()));
        Monitor monitor = opening.add(Monitor.open(tended.libc, JnrServerLibc.load(), node));
        SettingsWatch watch = opening.add(SettingsWatch.open(tended.libc, node));
        ids = monitor.ids();
        roster = new Roster(tended.attachments());
        pods = new Pods(tended.attachments(), ids, watch);
        Tally tally = new Tally();
        graves = new Graves(tended.attachments(), tally);
        listener = new Listener(roster, pods, new Agenda(0), graves, tally);
    }

    @AfterEach
    void close() {
        opening.close(new IllegalStateException());
        tended.close();
        first.close();
        second.close();
    }

    /** A pod that is heard of from then on. */
    private Namespace attach(Tended.Pod pod, long now) {
        Namespace namespace = Objects.requireNonNull(pod.attach().namespace());
        Roster.News _ = roster.refresh();
        listener.hear(namespace, now);
        return namespace;
    }

    private int number(Tended.Pod pod) {
        try (Netns netns = Netns.open(tended.libc, pod.netns.path())) {
            return ids.give(netns);
        }
    }

    /** The number was the dead one's when the kernel gave it, and said that it is free after. */
    @Test
    void aPodWithTheNumberOfADeadOneLives() {
        Namespace pod = attach(first, 0);
        assertThat(pods.find(number(first))).isEqualTo(pod);

        listener.end(Set.of(number(first)), 0);

        assertThat(pods.find(number(first))).isEqualTo(pod);
        assertThat(graves.next(GRACE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPodThatIsGoneIsNotHeardOfAnyMore() {
        Namespace pod = attach(first, 0);
        int number = number(first);

        first.end();
        listener.end(Set.of(number), 7);

        assertThat(pods.find(number)).isNull();
        assertThat(roster.in(pod)).hasSize(1);
        assertThat(graves.next(GRACE)).isEqualTo(7 + GRACE);
    }

    /** Whoever has another's number is the proof that it has ended. */
    @Test
    void theNextOneWithANumberTellsThatTheOneBeforeHasEnded() {
        attach(first, 0);
        int number = number(first);
        first.end();
        for (int next = 7; number(second) != number; next++) {
            second.close();
            second = tended.new Pod(next);
        }

        Namespace next = attach(second, 7);
        listener.end(Set.of(number), 8);

        assertThat(pods.find(number)).isEqualTo(next);
        assertThat(graves.next(GRACE)).isEqualTo(7 + GRACE);
    }
}

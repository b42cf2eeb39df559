package io.metaplugins.agent.drift;

import io.metaplugins.engine.Namespace;
import io.metaplugins.netlink.Heard;
import io.metaplugins.netlink.Touched;
import java.time.Duration;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Puts on the agenda what is told: by the kernel, and by the ledger. */
record Listener(Roster roster, Pods pods, Agenda agenda, Graves graves, Tally tally) {
    private static final Logger log = LogManager.getLogger(Listener.class);

    /** Who makes more news than can be heard may be at it still. */
    private static final long STORM = Duration.ofSeconds(1).toNanos();

    /** Has those looked at whose records are new, unless they are gone by then. */
    void take(Roster.News news, long now) {
        for (Watched fresh : news.fresh()) {
            Namespace pod = fresh.namespace();
            if (pod != null) {
                agenda.fresh(pod, now);
            }
        }
    }

    /** Has the kernel tell of a pod from now on. */
    void hear(Namespace pod, long now) {
        end(pods.hear(pod), now);
    }

    /** Has those looked at of which settings changed that the kernel does not tell of. */
    void takeSettings(long now) {
        for (Namespace pod : pods.changed(roster)) {
            agenda.pod(pod, now);
        }
    }

    /** Takes note of who ended; to be told before those who may have their numbers now. */
    void end(Set<Integer> numbers, long now) {
        numbers.forEach(number -> end(pods.end(number), now));
    }

    private void end(@Nullable Namespace pod, long now) {
        if (pod != null) {
            graves.died(pod);
            roster.in(pod).forEach(each -> graves.visit(each, roster, now));
        }
    }

    /** Has looked at what the news concern, of those who live. */
    void take(Heard heard, long now) {
        if (heard.missed()) {
            tally.countMissed();
            log.debug("more changes than can be heard");
            agenda.everything(now + STORM);
        }
        heard.elsewhere()
                .forEach((number, touched) -> {
                    Namespace pod = pods.find(number);
                    if (pod != null
                            && roster.in(pod).stream().anyMatch(each -> concerns(touched, each))) {
                        agenda.pod(pod, now);
                    }
                });
        if (!heard.here().isNothing()) {
            agenda.node(heard.here(), now);
        }
    }

    /** Links in a pod are told by number too, and there are few. */
    private static boolean concerns(Touched touched, Watched watched) {
        return !touched.indices().isEmpty() || watched.pod().include(touched);
    }
}

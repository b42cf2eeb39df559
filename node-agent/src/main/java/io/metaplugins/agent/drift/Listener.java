package io.metaplugins.agent.drift;

import io.metaplugins.engine.Namespace;
import io.metaplugins.netlink.Heard;
import io.metaplugins.netlink.Touched;
import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Puts on the agenda what is told: by the kernel, and by the ledger. */
record Listener(Roster roster, Pods pods, Agenda agenda, Graves graves, Tally tally) {
    private static final Logger log = LogManager.getLogger(Listener.class);

    /** Who makes more news than can be heard may be at it still. */
    private static final long STORM = Duration.ofSeconds(1).toNanos();

    /** Has those looked at whose records are new, since nobody listened before. */
    void take(Roster.News news, long now) {
        for (Watched fresh : news.fresh()) {
            Namespace pod = fresh.namespace();
            if (pod != null) {
                pods.hear(pod);
                agenda.pod(pod, now);
            }
        }
    }

    /** Has looked at what the news concern. */
    void take(Heard heard, long now) {
        if (heard.missed()) {
            tally.countMissed();
            log.debug("more changes than can be heard");
            agenda.everything(now + STORM);
        }
        for (int number : heard.gone()) {
            Namespace pod = pods.remove(number);
            if (pod != null) {
                graves.died(pod);
                roster.in(pod).forEach(each -> graves.visit(each, roster, now));
            }
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

package io.metaplugins.agent.drift;

import io.metaplugins.agent.drift.KeeperSettings.Repair;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import io.metaplugins.netlink.Heard;
import io.metaplugins.netlink.Monitor;
import io.metaplugins.netlink.NetlinkKernel;
import io.metaplugins.netlink.SettingsWatch;
import io.metaplugins.netlink.Touched;
import io.metaplugins.netns.Netns;
import io.metaplugins.plugin.Attachments;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Keeps the attachments of a node as they were wished, from a thread of its own.
 *
 * <p>It is told by the kernel what changes, in the node and in the pods, and looks at what that
 * concerns once there is a moment's quiet. A few settings the kernel does not tell of: those are
 * looked at all the time. A look at everything finds what went unheard.
 *
 * <p>It holds no pod: a pod's namespace is opened by its path to look, and closed at once.
 */
public final class Keeper implements Runnable, AutoCloseable {
    private static final Logger log = LogManager.getLogger(Keeper.class);

    private static final long SETTINGS = Duration.ofMillis(500).toNanos();

    /** News come in crowds. */
    private static final long CROWD = Duration.ofMillis(10).toNanos();

    /** After something went wrong. */
    private static final long SHOCK = Duration.ofSeconds(1).toNanos();

    /** Of so many parts of the time, one is for looking at the node, whatever happens there. */
    private static final int SHARE = 20;

    private static final long LONGEST_REST = Duration.ofMillis(500).toNanos();

    private final KeeperSettings settings;
    private final NodeFollower follower;
    private final Netns node;
    private final NetlinkKernel kernel;
    private final Monitor monitor;
    private final SettingsWatch settingsWatch;
    private final Roster roster;
    private final Pods pods;
    private final Agenda agenda;
    private final Inspection inspection;
    private final Remedy remedy;
    private final Graves graves;
    private final Tally tally = new Tally();
    private long nextSettings = System.nanoTime();
    private volatile boolean stopped;

    private Keeper(
            Attachments attachments,
            KeeperSettings settings,
            NodeFollower.Renewal renewal,
            Netns node,
            NetlinkKernel kernel,
            Monitor monitor,
            SettingsWatch settingsWatch) {
        this.settings = settings;
        this.node = node;
        this.kernel = kernel;
        this.monitor = monitor;
        this.settingsWatch = settingsWatch;
        this.roster = new Roster(attachments);
        this.pods = new Pods(attachments, monitor.ids(), settingsWatch);
        this.agenda = new Agenda(System.nanoTime());
        this.inspection = new Inspection(attachments, roster, kernel);
        this.remedy = new Remedy(attachments, settings.repair(), agenda, tally);
        this.graves = new Graves(attachments, kernel, settings.grace().toNanos(), tally);
        this.follower = new NodeFollower(attachments, kernel, renewal);
    }

    /**
     * Listens from now on; {@link #run} does the rest.
     *
     * @param renewal plans an attachment anew when the node's addresses changed
     * @throws KernelException if the kernel gives no socket
     * @throws ErrnoException if the kernel does not let us listen
     * @throws LedgerException if there is no ledger
     */
    public static Keeper open(
            Libc libc,
            ServerLibc server,
            Attachments attachments,
            NodeFollower.Renewal renewal,
            KeeperSettings settings) {
        Opening opening = new Opening();
        try {
            Netns node = opening.add(Netns.current(libc));
            NetlinkKernel kernel = opening.add(NetlinkKernel.open(libc, node));
            Monitor monitor = opening.add(Monitor.open(libc, server, node));
            SettingsWatch watch = opening.add(SettingsWatch.open(libc, node));
            return new Keeper(attachments, settings, renewal, node, kernel, monitor, watch);
        } catch (RuntimeException e) {
            opening.close(e);
            throw e;
        }
    }

    /** What it found and did. */
    public Tally tally() {
        return tally;
    }

    /** Looks after the attachments until it is stopped. */
    @Override
    public void run() {
        while (!stopped) {
            try {
                turn();
            } catch (RuntimeException e) {
                log.warn("{}", e.toString());
                agenda.everything(System.nanoTime() + SHOCK);
                LockSupport.parkNanos(SHOCK);
            }
        }
    }

    private void turn() {
        Heard heard = monitor.poll(millisToNext());
        long now = System.nanoTime();
        follow(now);
        take(heard, now);
        if (now >= nextSettings) {
            lookAtSettings(now);
        }
        work(now);
        if (!heard.isNothing()) {
            LockSupport.parkNanos(CROWD);
        }
    }

    private int millisToNext() {
        long next = Math.min(Math.min(agenda.next(), graves.next()), nextSettings);
        long wait = next - System.nanoTime();
        return Math.clamp(Duration.ofNanos(wait).toMillis() + 1, 0, 1000);
    }

    /** Those whose records are new are looked at, since nobody listened before. */
    private void follow(long now) {
        for (Watched fresh : roster.refresh()) {
            Namespace pod = fresh.namespace();
            if (pod != null) {
                pods.hear(pod);
                agenda.pod(pod, now);
            }
        }
    }

    private void take(Heard heard, long now) {
        if (heard.missed()) {
            tally.countMissed();
            log.debug("more changes than can be heard");
            agenda.everything(now + SHOCK);
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

    private void lookAtSettings(long now) {
        if (settings.repair() != Repair.OFF) {
            for (Namespace pod : pods.changed(roster)) {
                agenda.pod(pod, now);
            }
        }
        nextSettings = now + SETTINGS;
    }

    private void work(long now) {
        if (agenda.takeEverything(now, now + settings.fullPass().toNanos())) {
            lookAtEverything(now);
        }
        for (Namespace pod : agenda.takePods(now)) {
            look(pod);
        }
        Touched touched = agenda.takeNode(now);
        if (touched != null) {
            lookAtNode(inspection.named(touched));
        }
        for (AttachmentId id : agenda.takeAgain(now)) {
            lookAgain(id);
        }
        graves.collect(roster, now);
    }

    private void lookAtEverything(long now) {
        for (Watched each : roster.all()) {
            graves.visit(each, roster, now);
        }
        for (Namespace pod : roster.pods()) {
            pods.hear(pod);
            look(pod);
        }
        follower.look();
        if (settings.repair() != Repair.OFF) {
            treat(inspection.node(graves.without(roster.all()), null));
        }
        tally.countFullPass();
    }

    private void look(Namespace pod) {
        if (settings.repair() != Repair.OFF) {
            treat(inspection.pod(pod));
        }
    }

    private void lookAtNode(Touched touched) {
        long start = System.nanoTime();
        if (follower.isConcerned(touched)) {
            follower.look();
        }
        List<Watched> concerned = Roster.concerned(graves.without(roster.all()), touched);
        if (settings.repair() != Repair.OFF && !concerned.isEmpty()) {
            treat(inspection.node(concerned, touched));
        }
        long end = System.nanoTime();
        agenda.restFromNode(end + Math.min(SHARE * (end - start), LONGEST_REST));
    }

    private void lookAgain(AttachmentId id) {
        Watched watched = roster.find(id);
        if (watched != null && settings.repair() != Repair.OFF) {
            treat(inspection.node(List.of(watched), null));
            if (watched.namespace() != null) {
                look(watched.namespace());
            }
        }
    }

    private void treat(List<Inspection.Finding> findings) {
        findings.forEach(finding -> remedy.treat(finding, System.nanoTime()));
    }

    /** Has {@link #run} end soon. */
    public void stop() {
        stopped = true;
    }

    /** Comes after {@link #run} ended. */
    @Override
    public void close() {
        settingsWatch.close();
        monitor.close();
        kernel.close();
        node.close();
    }
}

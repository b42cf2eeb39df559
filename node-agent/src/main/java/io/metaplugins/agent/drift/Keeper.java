package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
import io.metaplugins.engine.AttachmentId;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.engine.Namespace;
import io.metaplugins.engine.Receipt;
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
import io.metaplugins.plugin.Renewal;
import io.metaplugins.plugin.RepairMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
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

    private final Guidance guidance;
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
    private KeeperSettings settings;
    private long nextSettings = System.nanoTime();
    private volatile boolean stopped;

    private Keeper(
            Attachments attachments,
            Guidance guidance,
            NodeFollower follower,
            Netns node,
            NetlinkKernel kernel,
            Monitor monitor,
            SettingsWatch settingsWatch) {
        this.guidance = guidance;
        this.settings = guidance.keeping();
        this.follower = follower;
        this.node = node;
        this.kernel = kernel;
        this.monitor = monitor;
        this.settingsWatch = settingsWatch;
        this.roster = new Roster(attachments);
        this.pods = new Pods(attachments, monitor.ids(), settingsWatch);
        this.agenda = new Agenda(System.nanoTime());
        this.inspection = new Inspection(attachments, roster, kernel);
        this.remedy = new Remedy(attachments, agenda, tally);
        this.graves = new Graves(attachments, kernel, tally);
    }

    /**
     * Listens from now on; {@link #run} does the rest.
     *
     * @param renewal plans an attachment anew, and changes it if need be; empty if it cannot be
     *     known what is wished; throws {@link CniException} if it is not possible
     * @param guidance how, from now on
     * @throws KernelException if the kernel gives no socket
     * @throws ErrnoException if the kernel does not let us listen
     * @throws LedgerException if there is no ledger
     */
    public static Keeper open(
            Libc libc,
            ServerLibc server,
            Attachments attachments,
            Function<Receipt, Optional<Renewal>> renewal,
            Guidance guidance) {
        Opening opening = new Opening();
        try {
            Netns node = opening.add(Netns.current(libc));
            NetlinkKernel kernel = opening.add(NetlinkKernel.open(libc, node));
            Monitor monitor = opening.add(Monitor.open(libc, server, node));
            SettingsWatch watch = opening.add(SettingsWatch.open(libc, node));
            NodeFollower follower = new NodeFollower(attachments, kernel, renewal);
            return new Keeper(attachments, guidance, follower, node, kernel, monitor, watch);
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
            lookAtGuidance(now);
            lookAtSettings(now);
        }
        work(now);
        if (!heard.isNothing()) {
            LockSupport.parkNanos(CROWD);
        }
    }

    private int millisToNext() {
        long next =
                Math.min(
                        Math.min(agenda.next(), graves.next(settings.grace().toNanos())),
                        nextSettings);
        long wait = next - System.nanoTime();
        return Math.clamp(Duration.ofNanos(wait).toMillis() + 1, 0, 1000);
    }

    /** Those whose records are new are looked at, since nobody listened before. */
    private void follow(long now) {
        Roster.News news = roster.refresh();
        for (Watched fresh : news.fresh()) {
            Namespace pod = fresh.namespace();
            if (pod != null) {
                pods.hear(pod);
                agenda.pod(pod, now);
            }
        }
        follower.written(news.written(), now);
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

    private void lookAtGuidance(long now) {
        if (guidance.follow()) {
            follower.renewAll(now);
        }
        KeeperSettings told = guidance.keeping();
        if (!told.equals(settings)) {
            settings = told;
            agenda.everything(now);
        }
    }

    private void lookAtSettings(long now) {
        if (settings.repair() != RepairMode.OFF) {
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
            int _ = look(pod);
        }
        Touched touched = agenda.takeNode(now);
        if (touched != null) {
            lookAtNode(inspection.named(touched));
        }
        for (AttachmentId id : agenda.takeAgain(now)) {
            lookAgain(id);
        }
        graves.collect(roster, settings.grace().toNanos(), now);
    }

    private void lookAtEverything(long now) {
        int attachments = roster.all().size();
        try {
            tally.countFullPass(attachments, passOverEverything(now));
        } catch (RuntimeException e) {
            tally.breakOffFullPass(attachments, e.toString());
            throw e;
        }
    }

    /** Tells how much was found. */
    private int passOverEverything(long now) {
        int deviations = 0;
        for (Watched each : roster.all()) {
            graves.visit(each, roster, now);
        }
        for (Namespace pod : roster.pods()) {
            pods.hear(pod);
            deviations += look(pod);
        }
        follower.look(now);
        if (settings.repair() != RepairMode.OFF) {
            deviations += treat(inspection.node(graves.without(roster.all()), null));
        }
        return deviations;
    }

    private int look(Namespace pod) {
        return settings.repair() == RepairMode.OFF ? 0 : treat(inspection.pod(pod));
    }

    private void lookAtNode(Touched touched) {
        long start = System.nanoTime();
        if (follower.isConcerned(touched)) {
            follower.look(start);
        }
        List<Watched> concerned = Roster.concerned(graves.without(roster.all()), touched);
        if (settings.repair() != RepairMode.OFF && !concerned.isEmpty()) {
            int _ = treat(inspection.node(concerned, touched));
        }
        long end = System.nanoTime();
        agenda.restFromNode(end + Math.min(SHARE * (end - start), LONGEST_REST));
    }

    private void lookAgain(AttachmentId id) {
        Watched watched = roster.find(id);
        if (watched != null && settings.repair() != RepairMode.OFF) {
            int _ = treat(inspection.node(List.of(watched), null));
            if (watched.namespace() != null) {
                int _ = look(watched.namespace());
            }
        }
    }

    private int treat(List<Inspection.Finding> findings) {
        int deviations = 0;
        for (Inspection.Finding finding : findings) {
            deviations += finding.deviations().size();
            remedy.treat(finding, settings.repair(), System.nanoTime());
        }
        return deviations;
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

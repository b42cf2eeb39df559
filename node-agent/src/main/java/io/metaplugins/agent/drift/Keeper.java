package io.metaplugins.agent.drift;

import io.metaplugins.cni.CniException;
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

    private final Guidance guidance;
    private final NodeFollower follower;
    private final Netns node;
    private final NetlinkKernel kernel;
    private final Monitor monitor;
    private final SettingsWatch settingsWatch;
    private final Roster roster;
    private final Pods pods;
    private final Agenda agenda;
    private final Graves graves;
    private final Listener listener;
    private final Visits visits;
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
        this.graves = new Graves(attachments, kernel, tally);
        this.listener = new Listener(roster, pods, agenda, graves, tally);
        this.visits =
                new Visits(
                        roster,
                        listener,
                        graves,
                        follower,
                        new Inspection(attachments, roster, kernel, agenda),
                        new Remedy(attachments, agenda, tally),
                        agenda,
                        tally,
                        new Mishaps());
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
        listener.end(heard.gone(), now);
        Roster.News news = roster.refresh();
        visits.forget(news.gone());
        listener.take(news, now);
        follower.follow(news, now);
        listener.take(heard, now);
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
        RepairMode mode = settings.repair();
        if (agenda.takeEverything(now, now + settings.fullPass().toNanos())) {
            visits.everything(mode, now);
        }
        agenda.takePods(now).forEach(pod -> visits.pod(pod, mode));
        Touched touched = agenda.takeNode(now);
        if (touched != null) {
            visits.node(touched, mode);
        }
        agenda.takeAgain(now).forEach(id -> visits.again(id, mode));
        graves.collect(roster, settings.grace().toNanos(), now);
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

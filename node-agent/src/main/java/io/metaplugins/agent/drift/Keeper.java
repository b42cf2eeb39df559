package io.metaplugins.agent.drift;

import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
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
import io.metaplugins.plugin.RepairMode;
import java.time.Duration;
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

    /** News come in crowds, which there is room for. */
    private static final long CROWD = Duration.ofMillis(40).toNanos();

    /** What the plugins do makes news that need no hurry. */
    private static final long OWN = Duration.ofMillis(100).toNanos();

    /** After something went wrong. */
    private static final long SHOCK = Duration.ofSeconds(1).toNanos();

    private final Guidance guidance;
    private final NodeFollower follower;
    private final Netns node;
    private final NetlinkKernel kernel;
    private final Monitor monitor;
    private final SettingsWatch settingsWatch;
    private final Roster roster;
    private final Agenda agenda;
    private final Graves graves;
    private final Listener listener;
    private final Visits visits;
    private final Tally tally = new Tally();
    private KeeperSettings settings;
    private long nextSettings = System.nanoTime();
    private volatile long looked = System.nanoTime();
    private volatile boolean stopped;

    private Keeper(
            Attachments attachments,
            Guidance guidance,
            Roster roster,
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
        this.roster = roster;
        Pods pods = new Pods(attachments, monitor.ids(), settingsWatch);
        this.agenda = new Agenda(System.nanoTime());
        this.graves = new Graves(attachments, tally);
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
     * @param renewals by which attachments are planned anew
     * @param beginnings of what this process does for containers
     * @param guidance how, from now on
     * @throws KernelException if the kernel gives no socket
     * @throws ErrnoException if the kernel does not let us listen
     * @throws LedgerException if there is no ledger
     */
    public static Keeper open(
            Libc libc,
            ServerLibc server,
            Attachments attachments,
            Renewals renewals,
            Beginnings beginnings,
            Guidance guidance) {
        Opening opening = new Opening();
        try {
            Netns node = opening.add(Netns.current(libc));
            NetlinkKernel kernel = opening.add(NetlinkKernel.open(libc, node));
            Monitor monitor = opening.add(Monitor.open(libc, server, node));
            SettingsWatch watch = opening.add(SettingsWatch.open(libc, node));
            Roster roster = new Roster(attachments);
            NodeFollower follower =
                    new NodeFollower(
                            kernel,
                            roster,
                            new Debts(attachments, renewals, System::nanoTime),
                            beginnings,
                            System::nanoTime);
            return new Keeper(
                    attachments, guidance, roster, follower, node, kernel, monitor, watch);
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
        looked = System.nanoTime();
        int wait = millisToNext();
        Heard heard = monitor.poll(wait);
        long now = System.nanoTime();
        boolean early = now - looked < Duration.ofMillis(wait).toNanos();
        listener.end(heard.gone(), now);
        Roster.News news = roster.refresh();
        visits.forget(news.gone());
        listener.take(news, now);
        follower.take(news);
        listener.take(heard, now);
        if (now >= nextSettings) {
            lookAtGuidance(now);
            lookAtSettings(now);
        }
        work(now);
        if (!heard.isNothing()) {
            LockSupport.parkNanos(CROWD);
        } else if (early) {
            LockSupport.parkNanos(Math.min(OWN, nanosToNext()));
        }
    }

    private int millisToNext() {
        return Math.clamp(Duration.ofNanos(nanosToNext()).toMillis() + 1, 0, 1000);
    }

    private long nanosToNext() {
        long next = Math.min(agenda.next(), graves.next(settings.grace().toNanos()));
        next = Math.min(next, follower.next(following()));
        return Math.min(next, nextSettings) - System.nanoTime();
    }

    /** Without what is said for all pods no plan would be right. */
    private RepairMode following() {
        return guidance.isSound() ? settings.repair() : RepairMode.OFF;
    }

    private void lookAtGuidance(long now) {
        boolean news = guidance.follow();
        KeeperSettings told = guidance.keeping();
        if (news || told.repair() != settings.repair()) {
            follower.oweAll();
        }
        if (!told.equals(settings)) {
            settings = told;
            agenda.everything(now);
        }
    }

    private void lookAtSettings(long now) {
        if (settings.repair() != RepairMode.OFF) {
            listener.takeSettings(now);
        }
        nextSettings = now + SETTINGS;
    }

    private void work(long now) {
        RepairMode mode = settings.repair();
        if (agenda.takeEverything(now, now + settings.fullPass().toNanos())) {
            visits.everything(mode, now);
        }
        visits.fresh(agenda.takeFresh(now), mode, now);
        agenda.takePods(now).forEach(pod -> visits.pod(pod, mode));
        Touched touched = agenda.takeNode(now);
        if (touched != null) {
            visits.node(touched, mode);
        }
        agenda.takeAgain(now).forEach(id -> visits.again(id, mode));
        graves.collect(roster, settings.grace().toNanos(), now);
        follower.work(following());
    }

    /** Whether it has been at the same thing for that long. */
    boolean isAwayFor(Duration time) {
        return System.nanoTime() - looked > time.toNanos();
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

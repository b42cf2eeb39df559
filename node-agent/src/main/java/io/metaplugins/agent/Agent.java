package io.metaplugins.agent;

import io.metaplugins.agent.drift.Beginnings;
import io.metaplugins.agent.drift.Keeper;
import io.metaplugins.agent.drift.KeeperThread;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.JnrServerLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.libc.ServerLibc;
import io.metaplugins.plugin.Attachments;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The resident process of a node.
 *
 * <p>It may be killed at any moment: what it does for a pod is what a process of its own would do,
 * receipt first; its launchers come again; what they left meanwhile is in the spool. It starts by
 * finding out that it is the only one, carries out the spool, and opens its socket last.
 */
public final class Agent {
    private static final Logger log = LogManager.getLogger(Agent.class);

    /** Less than {@link AgentCommand} leaves it. */
    private static final Duration DRAIN = Duration.ofSeconds(3);

    private static final Path LOGS = Path.of("/var/log");

    private static final long ROUND_MILLIS = 500;
    private static final Reception.Limits LIMITS =
            new Reception.Limits(256, 8 << 20, Duration.ofSeconds(10));

    /** Of directories that are root's alone. */
    static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Who can open a file can lock it, and keep its owner from doing so. */
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Plugins plugins;
    private final Settings settings;
    private final Map<String, String> environment;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ReentrantLock reapplying = new ReentrantLock();

    /**
     * Names what there is to be served.
     *
     * @param environment of the process
     */
    public Agent(Plugins plugins, Settings settings, Map<String, String> environment) {
        this.plugins = plugins;
        this.settings = settings;
        this.environment = environment;
    }

    /**
     * Serves until it is told to stop.
     *
     * @throws IOException if there is no place for the socket
     * @throws IllegalStateException if another agent serves there
     */
    public void run() throws IOException {
        Path home = settings.socket().toAbsolutePath().resolveSibling(".").normalize();
        Files.createDirectories(home, PRIVATE);
        Path lockFile = settings.socket().resolveSibling(settings.socket().getFileName() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile,
                                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                                PRIVATE_FILE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IllegalStateException(
                        "another agent serves at " + settings.socket() + ", and holds " + lockFile);
            }
            serve(home);
        }
    }

    private void serve(Path home) throws IOException {
        Libc libc = JnrLibc.load();
        ServerLibc serverLibc = JnrServerLibc.load();
        ServiceManager manager =
                new ServiceManager(libc, environment.getOrDefault("NOTIFY_SOCKET", ""));
        CurrentSettings current = new CurrentSettings(settings);
        try (Window window = new Window(plugins, settings, current);
                Node node = new Node(libc, settings.ledger(), window.meter(), current)) {
            Beginnings beginnings = new Beginnings();
            Desk desk = new Desk(plugins, node, libc, LOGS, beginnings);
            Spool spool = new Spool(settings.spool());
            Controls controls =
                    window.open(node, spool, libc)
                            .with("reapply", words -> reapply(node, current, words));
            tidy(node, spool);
            spool.carryOut(desk, (_, work) -> unlessStopped(work));
            new WarmUp(plugins, libc, serverLibc).run(home);
            Reception reception = Reception.open(libc, serverLibc, settings.socket(), LIMITS);
            try (Server server =
                            new Server(reception, new Service(desk, spool, controls), settings);
                    KeeperThread keeper =
                            KeeperThread.start(
                                    () -> keeper(libc, serverLibc, node, current, beginnings))) {
                window.keeps(keeper);
                window.serves(server);
                manager.ready();
                log.info("serves at {}", settings.socket());
                SpoolThread late = SpoolThread.start(() -> spool.carryOut(desk, server::perform));
                while (!stop.await(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    late.supervise();
                    server.supervise();
                    keeper.supervise();
                }
                window.serves(null);
                manager.stopping();
                late.stop();
                server.drain(DRAIN);
                late.join();
                log.info("stopped");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void tidy(Node node, Spool spool) {
        try {
            node.tidy();
            spool.tidy();
        } catch (IOException | RuntimeException e) {
            log.warn("what others left unfinished stays: {}", e.getMessage());
        }
    }

    /** What is left in the spool then is the next one's. */
    private boolean unlessStopped(Runnable work) {
        boolean serves = stop.getCount() > 0;
        if (serves) {
            work.run();
        }
        return serves;
    }

    private Keeper keeper(
            Libc libc,
            ServerLibc serverLibc,
            Node node,
            CurrentSettings current,
            Beginnings beginnings) {
        return Keeper.open(
                libc,
                serverLibc,
                new Attachments(node),
                (receipt, changes, patience) ->
                        plugins.renew(receipt, node, UnaryOperator.identity(), changes, patience),
                beginnings,
                current);
    }

    /** One at a time: each takes a thread that serves launchers. */
    private Answer reapply(Node node, CurrentSettings current, List<String> words) {
        if (!reapplying.tryLock()) {
            return new Answer(Controls.FAILURE, "", "reapply: the agent is at it already\n");
        }
        try {
            current.look();
            Reapplication.Told told = new Reapplication(plugins, node).run(words);
            return new Answer(told.status(), told.output(), told.errors());
        } finally {
            reapplying.unlock();
        }
    }

    /** Has it finish what it is at, and end. */
    public void stop() {
        stop.countDown();
    }
}

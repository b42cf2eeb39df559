package io.metaplugins.agent;

import io.metaplugins.agent.drift.KeeperThread;
import io.metaplugins.agent.metrics.Metrics;
import io.metaplugins.agent.metrics.Responder;
import io.metaplugins.cni.Meter;
import io.metaplugins.libc.Libc;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What can be seen of the agent from outside: its status, its metrics, and whether it is well. */
final class Window implements AutoCloseable {
    private static final Logger log = LogManager.getLogger(Window.class);

    private final Plugins plugins;
    private final Settings settings;
    private final CurrentSettings current;
    private final Instant since = Instant.now();
    private final Metrics metrics = new Metrics();
    private volatile @Nullable KeeperThread keeper;
    private @Nullable Status status;
    private @Nullable Responder responder;

    Window(Plugins plugins, Settings settings, CurrentSettings current) {
        this.plugins = plugins;
        this.settings = settings;
        this.current = current;
    }

    Meter meter() {
        return metrics;
    }

    /**
     * Lets others look. Pods do not wait for who watches over them: where the metrics' address
     * cannot be listened at, the log says so and the agent serves without.
     *
     * @return what can be said to the agent
     * @throws IllegalArgumentException if the metrics' address is none
     */
    Controls open(Node node, Spool spool, Libc libc) {
        Status told =
                new Status(
                        plugins, node, spool, settings, since, new Keeping(current, () -> keeper));
        status = told;
        Gauges gauges = new Gauges(metrics);
        gauges.register(plugins, node, spool, libc, since);
        gauges.register(plugins, () -> keeper);
        if (!settings.metricsAddress().isEmpty()) {
            try {
                responder = Responder.open(settings.metricsAddress(), metrics, told);
                log.info("tells metrics at {}", settings.metricsAddress());
            } catch (IOException e) {
                log.error("no metrics over HTTP: {}", e.getMessage());
            }
        }
        return new Controls()
                .with("status", _ -> new Answer(0, told.json(), ""))
                .with("metrics", _ -> new Answer(0, metrics.text(), ""))
                .with("livez", _ -> health(told.livez()))
                .with("readyz", _ -> health(told.readyz()));
    }

    private static Answer health(String problem) {
        return problem.isEmpty()
                ? new Answer(0, "ok\n", "")
                : new Answer(Controls.FAILURE, "", problem + "\n");
    }

    /** Has others know that it serves; null if no longer. */
    void serves(@Nullable Server server) {
        if (status != null) {
            status.serves(server);
        }
        if (server != null) {
            metrics.gauge(
                    "meta_plugins_queue_requests",
                    "Requests that wait for others of their container.",
                    List.of(),
                    () -> List.of(Metrics.Sample.of(server.depth())));
        }
    }

    /** Has what a keeper counts be told, and whether it is at work. */
    void keeps(KeeperThread thread) {
        keeper = thread;
    }

    @Override
    public void close() {
        if (responder != null) {
            responder.close();
        }
    }
}

package io.metaplugins.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.agent.metrics.Health;
import io.metaplugins.cni.CniException;
import io.metaplugins.json.Json;
import io.metaplugins.plugin.MetaPlugin;
import io.metaplugins.plugin.Node;
import io.metaplugins.plugin.Plugins;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the agent is, for those who ask over its socket and for those who watch over it. */
final class Status implements Health {
    /** More than it takes to replace a thread that a request does not give back. */
    private static final Duration SLACK = Duration.ofSeconds(15);

    private final Plugins plugins;
    private final Node node;
    private final Spool spool;
    private final Settings settings;
    private final Instant since;
    private final Keeping keeping;
    private volatile @Nullable Server serving;

    Status(
            Plugins plugins,
            Node node,
            Spool spool,
            Settings settings,
            Instant since,
            Keeping keeping) {
        this.plugins = plugins;
        this.node = node;
        this.spool = spool;
        this.settings = settings;
        this.since = since;
        this.keeping = keeping;
    }

    /** The spool is carried out, and launchers are served from now on; null if no longer. */
    void serves(@Nullable Server server) {
        serving = server;
    }

    @Override
    public String livez() {
        Server server = serving;
        Duration longest = settings.requestTime().plus(SLACK);
        return server == null || !server.isAwayFor(longest)
                ? keeping.livez()
                : "no thread has looked for requests for " + longest.toSeconds() + " s";
    }

    @Override
    public String readyz() {
        if (serving == null) {
            return "not listening: it is starting or stopping";
        }
        try {
            node.prove();
            return keeping.readyz();
        } catch (CniException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** One JSON object, in one line. */
    String json() {
        Server server = serving;
        ObjectNode fields = Json.emptyObject();
        fields.put("version", plugins.version());
        fields.put("since", since.toString());
        fields.put("pid", ProcessHandle.current().pid());
        fields.put("socket", settings.socket().toString());
        fields.put("threads", server == null ? 0 : server.threads());
        fields.put("queue", server == null ? 0 : server.depth());
        fields.put("spool", spool.depth());
        ObjectNode attachments = fields.putObject("attachments");
        for (MetaPlugin<?> plugin : plugins.all()) {
            attachments.put(plugin.name(), node.attachments(plugin.name()));
        }
        keeping.tell(fields);
        fields.put("live", livez().isEmpty());
        fields.put("ready", readyz().isEmpty());
        return Json.write(fields) + "\n";
    }
}

package io.metaplugins.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.testkit.Shell;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime's part of CNI, as libcni does it and Multus through it: it executes the
 * plugins of a list one after the other, hands each the result of the one before, and keeps the
 * last result for CHECK and DEL (SPEC.md, section 3).
 */
public final class CniRuntime {
    private final Sandbox sandbox;
    private final String node;
    private final Plugins plugins;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, String> environment;
    private final Map<Attachment, JsonNode> results;

    /** A runtime on a node, which is a namespace of the sandbox. */
    public CniRuntime(Sandbox sandbox, String node, Plugins plugins) {
        this(sandbox, node, plugins, Map.of(), new ConcurrentHashMap<>());
    }

    private CniRuntime(
            Sandbox sandbox,
            String node,
            Plugins plugins,
            Map<String, String> environment,
            Map<Attachment, JsonNode> results) {
        this.sandbox = sandbox;
        this.node = node;
        this.plugins = plugins;
        this.environment = environment;
        this.results = results;
    }

    /** The same runtime, whose plugins find more in their environment. */
    CniRuntime with(Map<String, String> more) {
        return new CniRuntime(sandbox, node, plugins, more, results);
    }

    /** Attaches: all plugins in order. What the last one answers is the result. */
    public JsonNode add(Attachment attachment) {
        JsonNode list = parse(attachment.conflist());
        JsonNode result = null;
        for (JsonNode plugin : list.path("plugins")) {
            Shell.Output output =
                    execute("ADD", type(plugin), configuration(list, plugin, result), attachment);
            result = parse(output.stdout());
        }
        if (result == null) {
            throw new IllegalArgumentException("a list without plugins");
        }
        results.put(attachment, result);
        return result;
    }

    /** Attaches by one plugin of the list alone, with the last result known. */
    public JsonNode addOnly(String type, Attachment attachment) {
        JsonNode result =
                parse(execute("ADD", type, configuration(attachment, type), attachment).stdout());
        results.put(attachment, result);
        return result;
    }

    /** Detaches by one plugin of the list alone. */
    public void delOnly(String type, Attachment attachment) {
        execute("DEL", type, configuration(attachment, type), attachment);
    }

    /** Checks: all plugins in order, each with the final result. */
    public void check(Attachment attachment) {
        JsonNode list = parse(attachment.conflist());
        for (JsonNode plugin : list.path("plugins")) {
            execute(
                    "CHECK",
                    type(plugin),
                    configuration(list, plugin, results.get(attachment)),
                    attachment);
        }
    }

    /** Checks by one plugin of the list alone. */
    public void checkOnly(String type, Attachment attachment) {
        execute("CHECK", type, configuration(attachment, type), attachment);
    }

    /** Detaches: all plugins in reverse order, each with the final result, if it is still known. */
    public void del(Attachment attachment) {
        JsonNode list = parse(attachment.conflist());
        List<JsonNode> reversed = new ArrayList<>();
        list.path("plugins").forEach(reversed::addFirst);
        for (JsonNode plugin : reversed) {
            execute(
                    "DEL",
                    type(plugin),
                    configuration(list, plugin, results.get(attachment)),
                    attachment);
        }
        results.remove(attachment);
    }

    /** Collects garbage: tells all plugins of a list which attachments are still valid. */
    public void gc(String conflist, Collection<Attachment> valid) {
        JsonNode list = parse(conflist);
        ArrayNode attachments = json.createArrayNode();
        for (Attachment attachment : valid) {
            attachments
                    .addObject()
                    .put("containerID", attachment.container())
                    .put("ifname", attachment.ifname());
        }
        for (JsonNode plugin : list.path("plugins")) {
            ObjectNode config = configuration(list, plugin, null);
            config.set("cni.dev/valid-attachments", attachments);
            config.set("cni.dev/attachments", attachments);
            demand("GC", type(plugin), attempt("GC", type(plugin), config.toString(), Map.of()));
        }
    }

    /** Forgets all results, as a runtime does whose state directory was cleaned. */
    public void forget() {
        results.clear();
    }

    /** What one plugin of an attachment's list is given on stdin, with the last result known. */
    public ObjectNode configuration(Attachment attachment, String type) {
        JsonNode list = parse(attachment.conflist());
        for (JsonNode plugin : list.path("plugins")) {
            if (type(plugin).equals(type)) {
                return configuration(list, plugin, results.get(attachment));
            }
        }
        throw new IllegalArgumentException("no " + type + " in the list");
    }

    /** Executes one plugin of a list alone, with any input, right or wrong. */
    public Shell.Output attempt(
            String verb, String type, String stdin, Map<String, String> environment) {
        Map<String, String> whole = new HashMap<>(this.environment);
        whole.putAll(environment);
        whole.put("CNI_COMMAND", verb);
        whole.put("CNI_PATH", plugins.path());
        return sandbox.execute(node, List.of(plugins.executable(type)), stdin, whole);
    }

    /** Executes one plugin of an attachment's list alone, with the last result known. */
    public Shell.Output attempt(String verb, String type, Attachment attachment) {
        return attempt(
                verb, type, configuration(attachment, type).toString(), attachment.environment());
    }

    private Shell.Output execute(
            String verb, String type, ObjectNode config, Attachment attachment) {
        return demand(verb, type, attempt(verb, type, config.toString(), attachment.environment()));
    }

    private static Shell.Output demand(String verb, String type, Shell.Output output) {
        if (!output.succeeded()) {
            throw new PluginFailed(verb, type, output);
        }
        return output;
    }

    private ObjectNode configuration(JsonNode list, JsonNode plugin, @Nullable JsonNode previous) {
        ObjectNode config = plugin.deepCopy();
        config.set("name", list.path("name"));
        config.set("cniVersion", list.path("cniVersion"));
        if (config.remove("capabilities") != null) {
            config.set("runtimeConfig", json.createObjectNode());
        }
        if (previous != null) {
            config.set("prevResult", previous);
        }
        return config;
    }

    private static String type(JsonNode plugin) {
        return plugin.path("type").asText();
    }

    private JsonNode parse(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** A plugin that ended with an error; the message is all that it printed. */
    public static final class PluginFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PluginFailed(String verb, String plugin, Shell.Output output) {
            super(
                    "%s of %s ended with status %d: %s%s"
                            .formatted(
                                    verb,
                                    plugin,
                                    output.status(),
                                    output.stdout(),
                                    output.stderr()));
        }
    }
}

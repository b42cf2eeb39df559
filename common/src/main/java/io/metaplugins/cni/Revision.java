package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another configuration of a network, for attachments that were made with an earlier one. Written
 * as a list of plugins (SPEC.md section 1), as one plugin's configuration, or as a Kubernetes
 * NetworkAttachmentDefinition, whose {@code spec.config} holds either as text.
 */
public final class Revision {
    /** What a runtime adds for each attachment (SPEC.md section 3). */
    private static final String[] OF_ATTACHMENT = {"cniVersion", "prevResult", "runtimeConfig"};

    private final String network;
    private final Map<String, ObjectNode> sections = new LinkedHashMap<>();

    /** Plugins that are there several times, as a runtime allows it, and where. */
    private final Map<String, String> ambiguous = new LinkedHashMap<>();

    private Revision(String network) {
        this.network = network;
    }

    /**
     * Reads one.
     *
     * @param network its name; if empty, that in the configuration, or of the definition
     * @throws CniException naming what is wrong with it
     */
    public static Revision read(String text, String network) {
        ObjectNode document = Input.decode(text);
        String name = network;
        if (document.get("spec") instanceof ObjectNode spec && document.has("kind")) {
            ConfigKey config = ConfigReader.of(spec, "spec").key("config");
            String inner = config.text();
            if (inner == null) {
                throw refused("key 'spec.config': want a network configuration as text");
            }
            ObjectNode definition = document;
            document = Input.decode(inner);
            if (name.isEmpty() && !document.has("name")) {
                name = definition.path("metadata").path("name").asText();
            }
        }
        if (name.isEmpty()) {
            name = document.path("name").asText();
        }
        if (!Names.isValid(name)) {
            throw refused(
                    "key 'name': value '"
                            + name
                            + "' is not allowed: want the network's name: "
                            + Names.WANTED);
        }
        Revision revision = new Revision(name);
        revision.addAll(document);
        return revision;
    }

    private static CniException refused(String problem) {
        return new CniException(ErrorCode.INVALID_NETWORK_CONFIG, problem);
    }

    private void addAll(ObjectNode document) {
        JsonNode plugins = document.get("plugins");
        if (plugins == null) {
            add(document, "");
            return;
        }
        if (!plugins.isArray()) {
            throw refused("key 'plugins': want a list of objects");
        }
        for (int index = 0; index < plugins.size(); index++) {
            add(plugins.get(index), "plugins[" + index + "].");
        }
    }

    private void add(@Nullable JsonNode section, String path) {
        if (!(section instanceof ObjectNode object) || !object.path("type").isTextual()) {
            throw refused("key '" + path + "type': it is missing: want the name of a plugin");
        }
        String type = object.path("type").textValue();
        if (sections.put(type, object) != null) {
            ambiguous.put(type, path);
        }
    }

    /** The network's name. */
    public String network() {
        return network;
    }

    /** The types of the plugins. */
    public Set<String> plugins() {
        return sections.keySet();
    }

    /**
     * The configuration of an attachment as a runtime would hand it over now.
     *
     * @param plugin one of {@link #plugins}
     * @param before as the runtime handed it over at ADD; the result of the plugins before is in it
     * @throws CniException if the plugin is there several times, for it cannot be known which is
     *     the attachment's
     */
    public String applied(String plugin, String before) {
        ObjectNode section = sections.get(plugin);
        if (section == null) {
            throw new IllegalArgumentException("nothing is said of " + plugin);
        }
        String path = ambiguous.get(plugin);
        if (path != null) {
            throw refused(
                    "key '"
                            + path
                            + "type': value '"
                            + plugin
                            + "' is not allowed: want each plugin once that has attachments");
        }
        ObjectNode old = Input.decode(before);
        ObjectNode configuration = section.deepCopy();
        configuration.remove("capabilities");
        configuration.put("name", network);
        for (String key : OF_ATTACHMENT) {
            JsonNode value = old.get(key);
            if (value == null) {
                configuration.remove(key);
            } else {
                configuration.set(key, value);
            }
        }
        return Json.write(configuration);
    }
}

package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what is wrong with a configuration before a pod does. Reads a plugin's own configuration, a
 * list of plugins (SPEC.md section 1), or a Kubernetes NetworkAttachmentDefinition, whose {@code
 * spec.config} holds either as text.
 *
 * <p>It is stricter than ADD: a key that nobody knows is an error here.
 */
final class Validation {
    private final Plugin plugin;
    private final List<String> problems = new ArrayList<>();

    Validation(Plugin plugin) {
        this.plugin = plugin;
    }

    /** One line for each problem. */
    List<String> problems(ObjectNode input) {
        if (input.get("spec") instanceof ObjectNode spec && input.has("kind")) {
            definition(spec);
        } else if (input.has("plugins")) {
            list(input, "", /* named= */ true);
        } else {
            single(input, "");
        }
        return List.copyOf(problems);
    }

    private void definition(ObjectNode spec) {
        JsonNode text = spec.get("config");
        if (text == null || !text.isTextual() || text.textValue().isEmpty()) {
            problems.add(
                    "key 'spec.config': "
                            + (text == null
                                    ? "it is missing"
                                    : "value " + ConfigReader.shown(text) + " is not allowed")
                            + ": want a network configuration as text");
            return;
        }
        try {
            ObjectNode config = Input.decode(text.textValue());
            if (config.has("plugins")) {
                list(config, "spec.config: ", /* named= */ false);
            } else {
                problems.add("spec.config: " + notChained());
                single(config, "spec.config: ");
            }
        } catch (CniException e) {
            problems.add("key 'spec.config': " + e.getMessage());
        }
    }

    private String notChained() {
        return plugin.name()
                + " is the first of its chain: want it in 'plugins' behind the plugin that makes"
                + " the interface";
    }

    /** Multus gives a list without a name that of its definition. */
    private void list(ObjectNode list, String where, boolean named) {
        ConfigReader reader = ConfigReader.of(list);
        ConfigKey name = reader.key("name");
        if ((named || name.isPresent()) && !Names.isValid(name.text(""))) {
            name.refuse("the network's name: " + Names.WANTED);
        }
        version(list, where);
        List<ConfigReader> plugins = reader.key("plugins").objects();
        addAll(where, reader.valueProblems());
        boolean found = false;
        for (int index = 0; index < plugins.size(); index++) {
            ConfigKey type = plugins.get(index).key("type");
            String place = where + "plugins[" + index + "]";
            if (type.text("").isEmpty()) {
                problems.add(place + ": key 'type': it is missing: want the name of a plugin");
            } else if (type.text("").equals(plugin.name())) {
                found = true;
                if (index == 0) {
                    problems.add(place + ": " + notChained());
                }
                own((ObjectNode) list.get("plugins").get(index), place + ": ");
            }
        }
        if (!found) {
            problems.add(where + "key 'plugins': want one of type '" + plugin.name() + "'");
        }
    }

    private void single(ObjectNode config, String where) {
        version(config, where);
        ConfigReader reader = ConfigReader.of(config);
        ConfigKey type = reader.key("type");
        if (!type.text("").equals(plugin.name())) {
            type.refuse("'" + plugin.name() + "'");
        }
        addAll(where, reader.valueProblems());
        own(config, where);
    }

    private void version(ObjectNode config, String where) {
        try {
            NetworkConfiguration.versionOf(config);
        } catch (CniException e) {
            problems.add(where + e.details());
        }
    }

    private void own(ObjectNode config, String where) {
        ConfigReader reader = ConfigReader.ofPlugin(config);
        try {
            plugin.validate(reader);
        } catch (CniException e) {
            if (reader.problems().isEmpty()) {
                problems.add(where + e.details());
            }
        }
        addAll(where, reader.problems());
        addAll(where, reader.warnings());
    }

    private void addAll(String where, List<Problem> found) {
        found.forEach(problem -> problems.add(where + problem));
    }
}

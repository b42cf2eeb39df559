package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.json.JsonException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which plugins a configuration names, in any of the forms that {@link Validation} takes. */
public final class PluginTypes {
    private PluginTypes() {}

    /**
     * The {@code type} of each plugin; none of what is no configuration.
     *
     * @throws CniException if it is not JSON
     */
    public static Set<String> in(byte[] text) {
        Set<String> types = new LinkedHashSet<>();
        try {
            collect(Json.parse(text), types);
        } catch (JsonException e) {
            throw new CniException(ErrorCode.DECODING_FAILURE, String.valueOf(e.getMessage()), e);
        }
        return types;
    }

    private static void collect(ObjectNode configuration, Set<String> types) {
        JsonNode definition = configuration.path("spec").path("config");
        if (definition.isTextual()) {
            collect(Json.parse(definition.textValue()), types);
        }
        for (JsonNode plugin : configuration.path("plugins")) {
            types.add(plugin.path("type").asText());
        }
        types.add(configuration.path("type").asText());
        types.remove("");
    }
}

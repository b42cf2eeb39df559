package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The request that a person wants explained, in one of two forms: a network configuration, with the
 * {@code CNI_} variables in the environment; or an object that holds both,
 *
 * <pre>{@code
 * {
 *   "env": {"CNI_CONTAINERID": "c1", "CNI_NETNS": "/run/netns/c1", "CNI_IFNAME": "net1"},
 *   "config": {"cniVersion": "1.1.0", "name": "lan", "type": "router", "prevResult": {…}, …}
 * }
 * }</pre>
 *
 * whose {@code env} goes before the environment. It is read as ADD, whatever {@code CNI_COMMAND}
 * says.
 */
final class Explanation {
    private static final String ENVIRONMENT = "env";
    private static final String CONFIGURATION = "config";

    private Explanation() {}

    static Request request(ObjectNode input, Map<String, String> environment) {
        if (!(input.get(CONFIGURATION) instanceof ObjectNode configuration)) {
            return Request.of(Parameters.read(Verb.ADD, environment), input);
        }
        Map<String, String> variables = new HashMap<>(environment);
        ConfigReader reader = ConfigReader.of(input);
        reader.key(CONFIGURATION);
        JsonNode given = input.get(ENVIRONMENT);
        ConfigReader values = reader.key(ENVIRONMENT).object();
        if (given instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> variable : object.properties()) {
                variables.put(variable.getKey(), values.key(variable.getKey()).text(""));
            }
        }
        reader.finish();
        return Request.of(Parameters.read(Verb.ADD, variables), configuration);
    }
}

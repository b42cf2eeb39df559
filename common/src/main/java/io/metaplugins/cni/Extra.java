package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fields of a result that its version does not define. Another plugin put them there, so they are
 * handed on.
 */
public final class Extra {
    public static final Extra NONE = new Extra(Map.of());

    private final Map<String, JsonNode> fields;

    Extra(Map<String, JsonNode> fields) {
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Adds the fields that the object does not have yet. */
    void addTo(ObjectNode object) {
        for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
            object.putIfAbsent(field.getKey(), field.getValue());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Extra extra && extra.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}

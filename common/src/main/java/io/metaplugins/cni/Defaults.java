package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import org.jspecify.annotations.Nullable;

/** What keys mean to configurations that leave them out. */
public final class Defaults {
    public static final Defaults NONE = new Defaults(Json.emptyObject());

    private final ObjectNode values;

    private Defaults(ObjectNode values) {
        this.values = values;
    }

    /**
     * These, and one more, unless nothing is said there.
     *
     * @param name the key's own name, whichever of its aliases it was given by
     */
    public Defaults with(String name, ConfigKey given) {
        JsonNode value = given.value();
        if (value == null || given.isEmpty()) {
            return this;
        }
        ObjectNode more = values.deepCopy();
        more.set(name, value);
        return new Defaults(more);
    }

    @Nullable JsonNode find(String name) {
        return values.get(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Defaults defaults && defaults.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return Json.write(values);
    }
}

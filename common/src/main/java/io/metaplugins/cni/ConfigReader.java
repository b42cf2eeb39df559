package io.metaplugins.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.log.LogOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object key by key, and gathers all that is wrong with it, so that a user is told
 * of every problem at once:
 *
 * <pre>{@code
 * boolean skip = config.key("skip_call").bool(false);
 * List<Cidr> overlay = config.key("overlay_hijack_subnet", "overlayPodCIDR").cidrs();
 * config.finish();
 * }</pre>
 *
 * <p>The keys asked for are the keys that we know. Of the others, a near miss of a known one is a
 * problem ({@code servce_hijack_subnet}); the rest are warnings, since configurations that were
 * written for another plugin carry left-overs.
 */
public final class ConfigReader {
    private static final int LONGEST_SHOWN = 120;

    private final ObjectNode object;
    private final String path;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> withoutEffect = new LinkedHashSet<>();
    private final List<ConfigReader> children = new ArrayList<>();
    private final List<Problem> problems;
    private Defaults defaults = Defaults.NONE;

    private ConfigReader(ObjectNode object, String path, List<Problem> problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** Reads an object whose keys are named without a path in front. */
    static ConfigReader of(ObjectNode object) {
        return new ConfigReader(object, "", new ArrayList<>());
    }

    /** Reads an object whose keys are named {@code path.key}. */
    static ConfigReader of(ObjectNode object, String path) {
        return new ConfigReader(object, path + ".", new ArrayList<>());
    }

    /**
     * Reads a plugin's configuration. What SPEC.md section 1 lays down for all plugins is known.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} if it is no JSON object
     */
    public static ConfigReader parse(String json) {
        return ofPlugin(Input.decode(json));
    }

    /**
     * Reads a document in which no key is known but those asked for.
     *
     * @throws CniException with {@link ErrorCode#DECODING_FAILURE} if it is no JSON object
     */
    public static ConfigReader parseOwn(byte[] json) {
        return of(Input.decode(json));
    }

    static ConfigReader ofPlugin(ObjectNode configuration) {
        ConfigReader reader = of(configuration);
        reader.known.addAll(WellKnownKeys.ALL);
        LogKeys.read(reader, LogOptions.defaults("plugin"));
        return reader;
    }

    /** Has keys that are left out mean something, from now on. */
    public void fallBackOn(Defaults others) {
        defaults = others;
    }

    /**
     * The value of a key. The aliases are other names for it; to give two of them with different
     * values is a problem.
     */
    public ConfigKey key(String name, String... aliases) {
        known.add(name);
        Collections.addAll(known, aliases);
        String given = name;
        JsonNode value = valueOf(name);
        for (String alias : aliases) {
            JsonNode other = valueOf(alias);
            if (other != null && value != null && !other.equals(value)) {
                problems.add(conflict(given, value, alias, other));
            } else if (other != null && value == null) {
                given = alias;
                value = other;
            }
        }
        return new ConfigKey(this, path + given, value == null ? defaults.find(name) : value);
    }

    /**
     * Keys that other plugins of our kind know and that mean nothing here: they are neither
     * problems nor near misses, but each one given is a warning.
     */
    public void keysWithoutEffect(String... names) {
        Collections.addAll(withoutEffect, names);
    }

    private @Nullable JsonNode valueOf(String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private Problem conflict(String one, JsonNode value, String two, JsonNode other) {
        return new Problem(
                "keys '"
                        + path
                        + one
                        + "' and '"
                        + path
                        + two
                        + "': values "
                        + shown(value)
                        + " and "
                        + shown(other)
                        + " are not allowed: they mean the same, want one of them",
                /* unsupportedField= */ false);
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    ConfigReader child(ObjectNode nested, String nestedPath) {
        ConfigReader child = new ConfigReader(nested, nestedPath + ".", problems);
        children.add(child);
        return child;
    }

    /** What is wrong with the values alone. */
    List<Problem> valueProblems() {
        return Collections.unmodifiableList(problems);
    }

    /** Whether the key is given as the number 0; this does not count as asking for it. */
    boolean isZero(String key) {
        JsonNode value = valueOf(key);
        return value != null && value.isIntegralNumber() && value.asLong() == 0;
    }

    /** The fields that nobody has asked for so far. */
    Extra extra() {
        Map<String, JsonNode> rest = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!known.contains(field.getKey())) {
                rest.put(field.getKey(), field.getValue());
            }
        }
        return rest.isEmpty() ? Extra.NONE : new Extra(rest);
    }

    /** What is wrong with the values read so far, and with keys that are near misses. */
    public List<Problem> problems() {
        List<Problem> all = new ArrayList<>(problems);
        forUnknownKeys((reader, field, meant) -> {
            if (meant != null) {
                all.add(reader.unknown(field, "did you mean '" + meant + "'?"));
            }
        });
        return all;
    }

    /** The keys that mean nothing to us, each with its value. */
    public List<Problem> warnings() {
        List<Problem> all = new ArrayList<>();
        forUnknownKeys((reader, field, meant) -> {
            if (meant == null) {
                all.add(reader.unknown(field, "it is not known here"));
            }
        });
        return all;
    }

    /**
     * Ends the reading.
     *
     * @throws CniException with all problems in its details, if there are any: {@link
     *     ErrorCode#UNSUPPORTED_FIELD} if one is about a key that we don't know, else {@link
     *     ErrorCode#INVALID_NETWORK_CONFIG}
     */
    public void finish() {
        List<Problem> all = problems();
        if (!all.isEmpty()) {
            boolean unsupported = all.stream().anyMatch(Problem::unsupportedField);
            throw new CniException(
                    unsupported ? ErrorCode.UNSUPPORTED_FIELD : ErrorCode.INVALID_NETWORK_CONFIG,
                    textOf(all));
        }
    }

    /**
     * Ends the reading of a document in which no unknown key has a meaning.
     *
     * @param subject what it is, for the error
     * @throws CniException with {@link ErrorCode#INVALID_NETWORK_CONFIG} and all problems
     */
    public void finishStrictly(String subject) {
        List<Problem> all = new ArrayList<>(problems());
        all.addAll(warnings());
        if (!all.isEmpty()) {
            throw new CniException(ErrorCode.INVALID_NETWORK_CONFIG, subject + ": " + textOf(all));
        }
    }

    static String textOf(List<Problem> problems) {
        StringBuilder text = new StringBuilder();
        for (Problem problem : problems) {
            text.append(text.isEmpty() ? "" : "; ").append(problem.text());
        }
        return text.toString();
    }

    private Problem unknown(Map.Entry<String, JsonNode> field, String why) {
        return new Problem(
                "key '"
                        + path
                        + field.getKey()
                        + "': value "
                        + shown(field.getValue())
                        + " is not supported: "
                        + why,
                /* unsupportedField= */ true);
    }

    private interface UnknownKeys {
        void accept(ConfigReader reader, Map.Entry<String, JsonNode> field, @Nullable String meant);
    }

    private void forUnknownKeys(UnknownKeys action) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String key = field.getKey();
            if (!known.contains(key) && !(path.isEmpty() && WellKnownKeys.isReserved(key))) {
                String meant = withoutEffect.contains(key) ? null : NearMiss.of(key, known);
                action.accept(this, field, meant);
            }
        }
        for (ConfigReader child : children) {
            child.forUnknownKeys(action);
        }
    }

    /** The value as it was given, cut where it is long. */
    static String shown(JsonNode value) {
        String text = Json.write(value).replace('"', '\'');
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}

package io.metaplugins.cni;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code CNI_ARGS}: {@code KEY=value} pairs between semicolons (SPEC.md section 2 "Parameters").
 * Runtimes of Kubernetes put the pod's identity there.
 *
 * @param values in the order given; keys that nobody knows are kept
 */
public record CniArgs(Map<String, String> values) {
    public static final CniArgs NONE = new CniArgs(Map.of());

    public CniArgs {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Reads as many pairs as are well formed; the others are described in the list. */
    public static CniArgs parse(String text, List<String> malformed) {
        if (text.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : pairsOf(text)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                malformed.add("CNI_ARGS: '" + pair + "' is not KEY=value");
            } else if (values.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1))
                    != null) {
                malformed.add("CNI_ARGS: '" + pair.substring(0, equals) + "' is given twice");
            }
        }
        return new CniArgs(values);
    }

    /** The pairs as they are passed. */
    public String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : ";").append(key).append('=').append(value));
        return text.toString();
    }

    private static List<String> pairsOf(String text) {
        List<String> pairs = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(';'); end >= 0; end = text.indexOf(';', start)) {
            pairs.add(text.substring(start, end));
            start = end + 1;
        }
        pairs.add(text.substring(start));
        return pairs;
    }

    /** {@code K8S_POD_NAMESPACE}. */
    public Optional<String> podNamespace() {
        return value("K8S_POD_NAMESPACE");
    }

    /** {@code K8S_POD_NAME}. */
    public Optional<String> podName() {
        return value("K8S_POD_NAME");
    }

    /** {@code K8S_POD_UID}. */
    public Optional<String> podUid() {
        return value("K8S_POD_UID");
    }

    private Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }
}

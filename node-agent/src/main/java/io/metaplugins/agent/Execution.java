package io.metaplugins.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a runtime executed a launcher with.
 *
 * @param names as it was called, and of the file that was executed
 * @param environment as far as it is for plugins
 * @param input what was on standard input
 */
@SuppressWarnings("ArrayRecordComponent") // Requests are not compared.
record Execution(List<String> names, Map<String, String> environment, byte[] input) {

    /**
     * Reads the body of {@link Frame#EXECUTE}.
     *
     * @throws MalformedFrameException if it is none
     */
    static Execution read(byte[] body) {
        Strings strings = new Strings(body);
        List<String> names = List.of(strings.next(), strings.next());
        Map<String, String> environment = new HashMap<>();
        for (String entry = strings.next(); !entry.isEmpty(); entry = strings.next()) {
            int equals = entry.indexOf('=');
            if (equals <= 0) {
                throw new MalformedFrameException("'" + entry + "' is not NAME=value");
            }
            environment.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return new Execution(names, environment, strings.rest());
    }

    /** The container that it is about; empty if it is about none. */
    String container() {
        return environment.getOrDefault("CNI_CONTAINERID", "");
    }

    boolean isTo(String verb) {
        return verb.equals(environment.get("CNI_COMMAND"));
    }

    /** Whether both are about the same interface of the same container. */
    boolean isAboutTheSameAs(Execution other) {
        return container().equals(other.container()) && ifName().equals(other.ifName());
    }

    private String ifName() {
        return environment.getOrDefault("CNI_IFNAME", "");
    }

    String netns() {
        return environment.getOrDefault("CNI_NETNS", "");
    }

    /** Texts that a zero ends, one after the other. */
    static final class Strings {
        private final byte[] bytes;
        private int position;

        Strings(byte[] bytes) {
            this.bytes = bytes;
        }

        String next() {
            int end = position;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            if (end == bytes.length) {
                throw new MalformedFrameException("a text has no end");
            }
            String text = new String(bytes, position, end - position, StandardCharsets.UTF_8);
            position = end + 1;
            return text;
        }

        byte[] rest() {
            return Arrays.copyOfRange(bytes, position, bytes.length);
        }

        /** All that are left. */
        List<String> all() {
            List<String> all = new ArrayList<>();
            while (position < bytes.length) {
                all.add(next());
            }
            return all;
        }
    }
}

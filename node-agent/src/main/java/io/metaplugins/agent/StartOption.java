package io.metaplugins.agent;

import java.nio.file.Path;
import java.util.List;

/** What an agent can be told when it is started: a word, and its value. */
public enum StartOption {
    SOCKET(
            "--socket",
            "PATH",
            Path.class,
            "Where launchers knock; /run/meta-plugins/agent.sock if left out."),
    SPOOL(
            "--spool",
            "DIRECTORY",
            Path.class,
            "Where requests are that found no agent; /run/meta-plugins/spool if left out."),
    LEDGER(
            "--ledger",
            "DIRECTORY",
            Path.class,
            "Where it is on record what was done for each attachment; /run/meta-plugins/ledger if"
                    + " left out."),
    THREADS("--threads", "COUNT", "How many requests are served at the same time; 4 if left out."),
    REQUEST_TIME(
            "--request-time",
            "SECONDS",
            "After which a launcher is told to come again; 45 if left out."),
    METRICS_ADDRESS(
            "--metrics-address",
            "ADDRESS",
            "Where metrics are told over HTTP, 127.0.0.1:9464 or unix:/path; nowhere if left out."),
    SETTINGS(
            "--settings",
            "FILE",
            Path.class,
            "What is said once for all pods; /etc/meta-plugins/settings.json if left out."),
    REPAIR(
            "--repair",
            "MODE",
            "What is done about what others change: off, log or on; what the file says if left out."),
    FULL_PASS(
            "--full-pass",
            "SECONDS",
            "From one look at everything to the next; what the file says if left out."),
    GRACE(
            "--grace",
            "SECONDS",
            "After which what is left of a gone pod is taken away; what the file says if left out.");

    private final String word;
    private final String value;
    private final Class<?> type;
    private final String meaning;

    StartOption(String word, String value, String meaning) {
        this(word, value, String.class, meaning);
    }

    StartOption(String word, String value, Class<?> type, String meaning) {
        this.word = word;
        this.value = value;
        this.type = type;
        this.meaning = meaning;
    }

    /** The one of a word. */
    static StartOption of(String word) {
        for (StartOption each : values()) {
            if (each.word.equals(word)) {
                return each;
            }
        }
        throw new IllegalArgumentException("there is no option " + word);
    }

    /** As it is written. */
    public String word() {
        return word;
    }

    /** What its value is called. */
    public String value() {
        return value;
    }

    /** A path, or text. */
    public Class<?> type() {
        return type;
    }

    /** For a person who asks for help. */
    public String meaning() {
        return meaning;
    }

    /** All values that there are; empty if they cannot be listed. */
    public List<String> candidates() {
        return this == REPAIR ? List.of("off", "log", "on") : List.of();
    }

    @Override
    public String toString() {
        return word;
    }
}

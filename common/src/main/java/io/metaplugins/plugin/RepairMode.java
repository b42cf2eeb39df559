package io.metaplugins.plugin;

/** What is done about what others changed of attachments. */
public enum RepairMode {
    /** Nothing, and nobody looks. */
    OFF,
    /** It is told in the log, once. */
    LOG,
    /** It is put right, and told in the log. */
    ON
}

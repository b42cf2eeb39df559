package io.metaplugins.plan;

/** Whether an object is wished to be there, or to be gone. */
public enum Presence {
    PRESENT,
    ABSENT
}

package io.metaplugins.cni;

import io.metaplugins.net.IpFamily;

/**
 * Is told what becomes of requests, and what their time goes into. A process that serves one
 * request has none; that of many is told from several threads at once.
 */
public interface Meter {
    /** Measures nothing. */
    Meter NONE = new Meter() {};

    /** What a request's time goes into, but for what is asked on the segment. */
    enum Step {
        /** Reading the request and its configuration. */
        PARSE,
        /** Asking the kernel, for a plan or to compare. */
        OBSERVE,
        /** Finding out what is to be so. */
        PLAN,
        /** Having the kernel make it so, or take it back. */
        APPLY,
        /** Waiting for the attachment's record, reading and writing it. */
        LEDGER
    }

    /** A step is done, or has failed. */
    default void took(Step step, long nanoseconds) {}

    /**
     * A request is answered.
     *
     * @param plugin its name
     * @param verb as SPEC.md writes it; empty if it was none that there is
     * @param code of the error; 0 if it went well
     */
    default void answered(String plugin, String verb, int code, long nanoseconds) {}

    /** Another host has an address that a pod was to get. */
    default void conflict(IpFamily family) {}
}

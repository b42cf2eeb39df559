package io.metaplugins.plan;

/** The pod or the node is not as the configuration supposes; the message says what is missing. */
public final class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlanException(String message) {
        super(message);
    }
}

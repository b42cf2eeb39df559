package io.metaplugins.netns;

/** What was given as a network namespace is none, or cannot be reached. */
public final class NetnsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NetnsException(String message) {
        super(message);
    }

    public NetnsException(String message, Throwable cause) {
        super(message, cause);
    }
}

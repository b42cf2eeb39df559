package io.metaplugins.netns;

/**
 * A thread could not go back to the network namespace it came from. Whatever it did next would
 * happen in a stranger's network, so it must end: whoever catches this lets the thread die, and
 * never hands it another task.
 */
public final class StrandedThreadError extends Error {
    private static final long serialVersionUID = 1L;

    public StrandedThreadError(String message) {
        super(message);
    }

    StrandedThreadError(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.metaplugins.netns;

/** What was given as a network namespace is none, or cannot be reached. */
public final class NetnsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean gone;

    /** There is nothing, or something else. */
    public NetnsException(String message) {
        super(message);
        this.gone = true;
    }

    /** Nobody can tell, for the moment. */
    public NetnsException(String message, Throwable cause) {
        this(message, cause, /* gone= */ false);
    }

    NetnsException(String message, Throwable cause, boolean gone) {
        super(message, cause);
        this.gone = gone;
    }

    /**
     * Whether it is not there any more. If not, it may well be: it cannot be reached now, for want
     * of descriptors or memory or leave.
     */
    public boolean isGone() {
        return gone;
    }
}

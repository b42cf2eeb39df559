package io.metaplugins.agent;

/** Bytes that are no message. */
final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedFrameException(String message) {
        super(message);
    }
}

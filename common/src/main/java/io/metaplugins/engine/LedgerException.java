package io.metaplugins.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The ledger could not be read or written; what is in the kernel is not affected by it. */
public final class LedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    LedgerException(Path path, String message, @Nullable Throwable cause) {
        super("ledger " + path + ": " + message, cause);
        this.path = path;
    }

    /** The file or directory that it is about. */
    public Path path() {
        return path;
    }
}

package io.metaplugins.engine;

/** The kernel refused; the message says what was asked, the errno by name and its own words. */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errno;

    /**
     * @param errno by name: "EEXIST"
     */
    public KernelException(String message, String errno) {
        super(message);
        this.errno = errno;
    }

    /** The same refusal with more said of what it was about. */
    KernelException at(String place) {
        KernelException more = new KernelException(getMessage() + " in " + place, errno);
        more.initCause(this);
        return more;
    }

    /** The errno by name: "EEXIST". */
    public String errno() {
        return errno;
    }

    /** Whether what was to be removed is not there, nor what it stood on. */
    public boolean saysGone() {
        return switch (errno) {
            case "ESRCH", "ENOENT", "ENODEV", "ENXIO", "EADDRNOTAVAIL" -> true;
            default -> false;
        };
    }
}

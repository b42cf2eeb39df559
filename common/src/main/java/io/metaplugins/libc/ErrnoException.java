package io.metaplugins.libc;

/** A call of the C library failed. */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int number;

    /**
     * @param call the call, and on what if that says more: "open /proc/sys/net/core/somaxconn"
     * @param number the value of {@code errno}
     */
    public ErrnoException(String call, int number) {
        super(call + ": " + Errno.name(number));
        this.call = call;
        this.number = number;
    }

    /** The call that failed. */
    public String call() {
        return call;
    }

    /** The value of {@code errno}. */
    public int number() {
        return number;
    }

    /** The errno by name: "EPERM". */
    public String errno() {
        return Errno.name(number);
    }
}

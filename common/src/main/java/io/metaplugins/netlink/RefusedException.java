package io.metaplugins.netlink;

import io.metaplugins.libc.Errno;
import org.jspecify.annotations.Nullable;

/** A request was refused; the message is the errno by name and why. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int number;

    private RefusedException(int number, String message) {
        super(message);
        this.number = number;
    }

    /**
     * @param number the value of {@code errno}, positive
     * @param words {@code NLMSGERR_ATTR_MSG}: why, in the kernel's own words; null if it gave none
     */
    static RefusedException byKernel(int number, @Nullable String words) {
        String why = words == null ? "" : " (kernel: " + words + ")";
        return new RefusedException(number, Errno.name(number) + why);
    }

    /**
     * A refusal of our own, with the errno that the kernel has for such a thing.
     *
     * @param number the value of {@code errno}, positive
     */
    static RefusedException because(int number, String why) {
        return new RefusedException(number, Errno.name(number) + " (" + why + ")");
    }

    /** The value of {@code errno}. */
    public int number() {
        return number;
    }

    /** The errno by name: "EEXIST". */
    public String errno() {
        return Errno.name(number);
    }
}

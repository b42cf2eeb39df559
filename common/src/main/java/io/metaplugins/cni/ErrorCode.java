package io.metaplugins.cni;

/** Error codes below 100, which SPEC.md section 5 "Error" and the Go library's types reserve. */
public enum ErrorCode {
    INCOMPATIBLE_VERSION(1, "incompatible CNI version"),
    UNSUPPORTED_FIELD(2, "unsupported field in network configuration"),
    /** The runtime does not need to clean up, for instance with DEL. */
    UNKNOWN_CONTAINER(3, "container unknown or does not exist"),
    INVALID_ENVIRONMENT(4, "invalid environment variables"),
    IO_FAILURE(5, "I/O failure"),
    DECODING_FAILURE(6, "failed to decode content"),
    INVALID_NETWORK_CONFIG(7, "invalid network configuration"),
    /** Not in SPEC.md: {@code types.ErrInvalidNetNS} of the Go library. */
    INVALID_NETNS(8, "invalid network namespace"),
    TRY_AGAIN_LATER(11, "try again later"),
    /** STATUS: no ADD can be served. */
    NOT_AVAILABLE(50, "plugin is not available"),
    /** STATUS: no ADD can be served, and existing containers may have limited connectivity. */
    LIMITED_CONNECTIVITY(51, "plugin is not available, existing containers may be affected"),
    /** Not in SPEC.md: {@code types.ErrInternal} of the Go library. */
    INTERNAL(999, "internal error");

    private final int number;
    private final String message;

    ErrorCode(int number, String message) {
        this.number = number;
        this.message = message;
    }

    /** The {@code code} of the error object. */
    public int number() {
        return number;
    }

    /** What the number means: the usual {@code msg} of the error object. */
    public String message() {
        return message;
    }
}

package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin answers in place of a result (SPEC.md section 5 "Error").
 *
 * <p>{@link #details()} names what is wrong and what is wanted; runtimes print it behind the
 * message, which says what kind of failure it is.
 */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** SPEC.md leaves the numbers from here on to the plugins. */
    private static final int FIRST_OF_PLUGINS = 100;

    private final int code;
    private final String message;
    private final String details;

    private CniException(int code, String message, String details, @Nullable Throwable cause) {
        super(details.isEmpty() ? message : message + ": " + details, cause);
        this.code = code;
        this.message = message;
        this.details = details;
    }

    /** An error of a reserved kind, with the kind as its message. */
    public CniException(ErrorCode code, String details) {
        this(code.number(), code.message(), details, null);
    }

    /** As {@link #CniException(ErrorCode, String)}, with the failure behind it for the log. */
    public CniException(ErrorCode code, String details, Throwable cause) {
        this(code.number(), code.message(), details, cause);
    }

    /**
     * An error of a kind that only this plugin knows.
     *
     * @param code 100 or more
     */
    public static CniException ofPlugin(int code, String message, String details) {
        return new CniException(requireOfPlugin(code), message, details, null);
    }

    /** As {@link #ofPlugin(int, String, String)}, with the failure behind it for the log. */
    public static CniException ofPlugin(int code, String message, String details, Throwable cause) {
        return new CniException(requireOfPlugin(code), message, details, cause);
    }

    private static int requireOfPlugin(int code) {
        if (code < FIRST_OF_PLUGINS) {
            throw new IllegalArgumentException(
                    "code " + code + " is reserved: a plugin's own start at " + FIRST_OF_PLUGINS);
        }
        return code;
    }

    /** The {@code code} of the error object. */
    public int code() {
        return code;
    }

    /** The {@code msg} of the error object. */
    public String shortMessage() {
        return message;
    }

    /** The {@code details} of the error object; may be empty. */
    public String details() {
        return details;
    }

    /** The error object, which carries the version that the request was made in. */
    public String toJson(CniVersion version) {
        ObjectNode error = Json.emptyObject();
        error.put("cniVersion", version.toString());
        error.put("code", code);
        error.put("msg", message);
        if (!details.isEmpty()) {
            error.put("details", details);
        }
        return Json.write(error);
    }
}

package io.metaplugins.cni;

/**
 * One thing that is wrong with a configuration, in words that name the key, its value and what is
 * allowed.
 *
 * @param unsupportedField true for a key that we don't know: {@link ErrorCode#UNSUPPORTED_FIELD}
 */
public record Problem(String text, boolean unsupportedField) {
    @Override
    public String toString() {
        return text;
    }
}

package io.metaplugins.net;

import java.nio.charset.StandardCharsets;

/**
 * The name of a network interface, as {@code dev_valid_name()} of the kernel allows it: 1 to 15
 * bytes, without slash, colon and white space, and neither "." nor "..".
 */
public record InterfaceName(String value) implements Comparable<InterfaceName> {
    /** {@code IFNAMSIZ} of {@code linux/if.h}, less the terminating zero. */
    public static final int MAX_BYTES = 15;

    public InterfaceName {
        boolean valid =
                !value.isEmpty()
                        && !value.equals(".")
                        && !value.equals("..")
                        && value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                        && hasNoneRefused(value);
        if (!valid) {
            throw new IllegalArgumentException(
                    "'"
                            + value
                            + "' is not an interface name: 1 to 15 bytes without '/', ':' and white space");
        }
    }

    private static boolean hasNoneRefused(String value) {
        for (int index = 0; index < value.length(); index++) {
            if (isRefused(value.charAt(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRefused(char character) {
        return character == '/' || character == ':' || character <= ' ' || character == 0x7f;
    }

    @Override
    public int compareTo(InterfaceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

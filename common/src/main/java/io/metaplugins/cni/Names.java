package io.metaplugins.cni;

/** The syntax that SPEC.md sections 1 and 2 give for names of networks and containers. */
final class Names {
    static final String WANTED =
            "1 to 200 letters, digits, '_', '.' and '-', the first a letter or a digit";

    /** Leaves room in {@code NAME_MAX}, 255, for an interface's name and a suffix. */
    private static final int LONGEST = 200;

    private Names() {}

    static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > LONGEST || !isAlphanumeric(name.charAt(0))) {
            return false;
        }
        for (int index = 1; index < name.length(); index++) {
            char character = name.charAt(index);
            if (!isAlphanumeric(character) && "_.-".indexOf(character) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }
}

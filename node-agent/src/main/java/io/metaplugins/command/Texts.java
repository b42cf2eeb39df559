package io.metaplugins.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a person hands over. */
final class Texts {
    private static final String STANDARD_INPUT = "-";

    private Texts() {}

    /**
     * Reads a file, or standard input for {@code -}.
     *
     * @throws CommandException if it cannot be read
     */
    static byte[] read(Surroundings surroundings, String file) {
        try {
            return file.equals(STANDARD_INPUT)
                    ? surroundings.in().readAllBytes()
                    : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new CommandException("FILE: '" + file + "' cannot be read: " + e, e);
        }
    }
}

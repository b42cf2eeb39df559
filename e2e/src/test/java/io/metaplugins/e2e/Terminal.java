package io.metaplugins.e2e;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Prints for a person. */
final class Terminal {
    private final PrintStream out;
    private final boolean coloured;

    Terminal(PrintStream out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    static Terminal ofThisProcess(boolean coloured) {
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        return new Terminal(new PrintStream(stdout, true, StandardCharsets.UTF_8), coloured);
    }

    void title(String title) {
        out.println();
        out.println(paint("1", "── " + title + " " + "─".repeat(Math.max(0, 84 - title.length()))));
        out.println();
    }

    void text(String text) {
        text.lines().forEach(line -> out.println("  " + line));
        out.println();
    }

    void command(String where, String line, String printed) {
        out.println("  " + paint("1", where + "# " + line));
        printed.lines().forEach(each -> out.println("  " + each.replace('\t', ' ')));
        out.println();
    }

    void good(String line) {
        out.println("  " + paint("32", "✓") + " " + line);
    }

    void bad(String line) {
        out.println("  " + paint("31", "✗") + " " + line);
    }

    private String paint(String colour, String text) {
        return coloured ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}

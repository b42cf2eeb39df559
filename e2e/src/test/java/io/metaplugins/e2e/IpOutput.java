package io.metaplugins.e2e;

import java.util.List;

/** What {@code ip} prints, as documentation shows it. */
final class IpOutput {
    private IpOutput() {}

    /** Its lines, without who made the things and with single blanks. */
    static List<String> lines(String printed) {
        return printed.lines()
                .map(line ->
                        line.replace('\t', ' ')
                                .replace(" proto 199", "")
                                .replace(" proto kernel", "")
                                .strip())
                .toList();
    }
}

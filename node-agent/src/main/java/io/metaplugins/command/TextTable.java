package io.metaplugins.command;

import java.util.ArrayList;
import java.util.List;

/** Lines of words below each other. */
final class TextTable {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** A line each; the last cell of a row is as long as it is. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(row.get(column));
                boolean more =
                        row.subList(column + 1, row.size()).stream().anyMatch(c -> !c.isEmpty());
                if (more) {
                    line.repeat(' ', width(column) - row.get(column).length()).append(GAP);
                }
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}

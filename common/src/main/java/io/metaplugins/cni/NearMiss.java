package io.metaplugins.cni;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the key that somebody meant who wrote another one. */
final class NearMiss {
    private NearMiss() {}

    /**
     * The known key nearest to the one given; null if none is near. Near is: the same letters and
     * digits whatever the case and the separators, or one typing error in five letters and two in
     * eight.
     */
    static @Nullable String of(String given, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        String plain = plain(given);
        for (String candidate : known) {
            int distance = distance(plain, plain(candidate));
            if (distance < least && distance <= allowed(plain.length())) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static int allowed(int length) {
        return length < 5 ? 0 : length < 8 ? 1 : 2;
    }

    private static String plain(String key) {
        return key.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** Damerau and Levenshtein's: letters put in, left out, changed, or swapped with the next. */
    static int distance(String from, String to) {
        if (Math.abs(from.length() - to.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int row = 0; row <= from.length(); row++) {
            for (int column = 0; column <= to.length(); column++) {
                cost[row][column] =
                        row == 0 || column == 0
                                ? row + column
                                : cheapest(cost, from, to, row, column);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int cheapest(int[][] cost, String from, String to, int row, int column) {
        boolean same = from.charAt(row - 1) == to.charAt(column - 1);
        int least =
                Math.min(
                        cost[row - 1][column - 1] + (same ? 0 : 1),
                        1 + Math.min(cost[row - 1][column], cost[row][column - 1]));
        boolean swapped =
                row > 1
                        && column > 1
                        && from.charAt(row - 1) == to.charAt(column - 2)
                        && from.charAt(row - 2) == to.charAt(column - 1);
        return swapped ? Math.min(least, cost[row - 2][column - 2] + 1) : least;
    }
}

package io.stepfree.standalone.command;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds what somebody may have meant who has named something that there is not. */
final class NearestWords {

    /** One letter of so many may be wrong, and one in any case. */
    private static final int LETTERS_PER_MISTAKE = 3;

    private static final int SHORTEST_BEGINNING = 2;

    private NearestWords() {}

    /**
     * The one that is the word but for capital letters, or else those that the word is a beginning
     * of, or that differ from it by few letters.
     */
    static List<String> of(String word, Collection<String> known) {
        String asked = word.toLowerCase(Locale.ROOT);
        if (known.contains(asked)) {
            return List.of(asked);
        }
        return known.stream()
                .filter(one ->
                        begins(one, asked)
                                || distance(asked, one)
                                        <= Math.max(1, one.length() / LETTERS_PER_MISTAKE))
                .sorted()
                .toList();
    }

    /** Says that the word is none of those there are, and which may have been meant. */
    static String refusal(String word, List<String> known) {
        String none = "'%s' is none of %s".formatted(word, String.join(", ", known));
        List<String> nearest = of(word, known);
        return nearest.isEmpty()
                ? none
                : "%s; did you mean %s?".formatted(none, String.join(" or ", nearest));
    }

    private static boolean begins(String known, String asked) {
        return asked.length() >= SHORTEST_BEGINNING && known.startsWith(asked);
    }

    /**
     * How many letters were left out, added, changed, or took their neighbour's place (optimal
     * string alignment).
     */
    private static int distance(String one, String other) {
        var costs = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                costs[i][j] =
                        Math.min(
                                costs[i - 1][j - 1] + changed,
                                1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    costs[i][j] = Math.min(costs[i][j], 1 + costs[i - 2][j - 2]);
                }
            }
        }
        return costs[one.length()][other.length()];
    }
}

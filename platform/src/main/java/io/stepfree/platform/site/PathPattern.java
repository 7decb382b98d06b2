package io.stepfree.platform.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pattern for the path and query of an address: {@code *} stands for any run of characters
 * without a slash, {@code **} for any run at all, everything else for itself, a question mark too.
 * The whole of path and query must match, and capitals count.
 *
 * <p>Clients write these, so matching takes the same few steps for each character whatever the
 * pattern is: all places of the pattern that may have been reached move on together, as bits of a
 * number. Nothing is tried twice. Immutable and thread-safe.
 */
public final class PathPattern {

    /** The longest pattern there may be, in characters. */
    public static final int LONGEST = 200;

    private static final int WORD = 64;
    private static final long[] NONE = new long[words()];

    private final String written;
    private final int end;
    private final Map<Character, long[]> literals = new HashMap<>();
    private final long[] stars = new long[words()];
    private final long[] doubleStars = new long[words()];

    private PathPattern(String written) {
        this.written = written;
        List<Character> tokens = tokens(written);
        this.end = tokens.size();
        for (int place = 0; place < end; place++) {
            switch (tokens.get(place)) {
                case '*' -> set(stars, place);
                case '\0' -> {
                    set(stars, place);
                    set(doubleStars, place);
                }
                default ->
                        set(
                                literals.computeIfAbsent(tokens.get(place), _ -> new long[words()]),
                                place);
            }
        }
    }

    /**
     * @throws IllegalArgumentException when it has more than {@link #LONGEST} characters, or a
     *     control character
     */
    public static PathPattern of(String written) {
        if (written.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the pattern has %d characters, more than %d"
                            .formatted(written.length(), LONGEST));
        }
        if (written.chars().anyMatch(character -> character < ' ')) {
            throw new IllegalArgumentException("the pattern has a control character");
        }
        return new PathPattern(written);
    }

    /** Whether the whole text matches. */
    public boolean matches(String text) {
        long[] reached = new long[words()];
        set(reached, 0);
        passStars(reached);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            long[] literal = literals.getOrDefault(character, NONE);
            long[] staying = character == '/' ? doubleStars : stars;
            long carried = 0;
            long any = 0;
            for (int word = 0; word < reached.length; word++) {
                long moving = reached[word] & literal[word];
                long now = (moving << 1) | carried | (reached[word] & staying[word]);
                carried = moving >>> (WORD - 1);
                reached[word] = now;
                any |= now;
            }
            if (any == 0) {
                return false;
            }
            passStars(reached);
        }
        return (reached[end / WORD] & (1L << (end % WORD))) != 0;
    }

    /** A star may stand for nothing; never are two beside each other, so once is enough. */
    private void passStars(long[] reached) {
        long carried = 0;
        for (int word = 0; word < reached.length; word++) {
            long passing = reached[word] & stars[word];
            reached[word] |= (passing << 1) | carried;
            carried = passing >>> (WORD - 1);
        }
    }

    /** Characters, a star for one, and the character 0 for two stars or more. */
    private static List<Character> tokens(String written) {
        var tokens = new ArrayList<Character>();
        int place = 0;
        while (place < written.length()) {
            int run = place;
            while (run < written.length() && written.charAt(run) == '*') {
                run++;
            }
            if (run == place) {
                tokens.add(written.charAt(place++));
            } else {
                tokens.add(run - place == 1 ? '*' : '\0');
                place = run;
            }
        }
        return tokens;
    }

    private static void set(long[] bits, int place) {
        bits[place / WORD] |= 1L << (place % WORD);
    }

    private static int words() {
        return LONGEST / WORD + 1;
    }

    @Override
    public String toString() {
        return written;
    }
}

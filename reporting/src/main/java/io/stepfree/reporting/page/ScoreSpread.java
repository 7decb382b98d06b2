package io.stepfree.reporting.page;

/**
 * How many pages have which score. Its size does not grow with the pages. Not thread-safe.
 *
 * <p>Only pages that have a score are in it: a page that was not seen has none, and must not count
 * as a good or a bad one.
 */
final class ScoreSpread {

    private final int[] pages = new int[101];

    void add(int score) {
        pages[score]++;
    }

    /** Notes that a page of one score would have another. */
    void move(int from, int to) {
        pages[from]--;
        pages[to]++;
    }

    /** This spread with what was moved in the other. */
    ScoreSpread with(ScoreSpread moved) {
        var both = new ScoreSpread();
        for (int score = 0; score < pages.length; score++) {
            both.pages[score] = pages[score] + moved.pages[score];
        }
        return both;
    }

    int count() {
        int count = 0;
        for (int here : pages) {
            count += here;
        }
        return count;
    }

    /** How many pages have a score of the range, both ends included. */
    int count(int from, int to) {
        int count = 0;
        for (int score = from; score <= to; score++) {
            count += pages[score];
        }
        return count;
    }

    /**
     * The lowest score that at least half of the pages do not exceed: of four pages the second.
     *
     * @throws IllegalStateException if no page has a score
     */
    int median() {
        return scoreOf((count() + 1) / 2);
    }

    /**
     * The lowest score.
     *
     * @throws IllegalStateException if no page has a score
     */
    int lowest() {
        return scoreOf(1);
    }

    private int scoreOf(int page) {
        int count = 0;
        for (int score = 0; score < pages.length; score++) {
            count += pages[score];
            if (count >= page && count > 0) {
                return score;
            }
        }
        throw new IllegalStateException("no page has a score");
    }
}

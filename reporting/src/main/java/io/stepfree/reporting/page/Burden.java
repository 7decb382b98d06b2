package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each violated rule costs a page, by the formula in docs/score.md, so that a report can say
 * what a score would be without it. Immutable.
 */
final class Burden {

    private static final double HALF = 30;

    private final int score;
    private final double sum;

    private Burden(int score, double sum) {
        this.score = score;
        this.sum = sum;
    }

    /**
     * The burden of a page; null where the page has no score, or one that this formula does not
     * give, so that nothing can be foretold.
     */
    static @Nullable Burden of(ReportDocument page) {
        var score = page.score();
        if (score == null) {
            return null;
        }
        double sum = sum(page.violations());
        // Of 1, because a sum in another order can be rounded down from just below.
        return Math.abs(scoreAt(sum) - score) <= 1 ? new Burden(score, sum) : null;
    }

    /** The page's score as it is. */
    int score() {
        return score;
    }

    /** The page's score when these of its violations are mended; never less than it is. */
    int scoreWithout(List<Outstanding> mended) {
        double less = mended.stream().mapToDouble(Outstanding::burden).sum();
        // Never below 0, which the same numbers subtracted in another order can come to.
        return Math.max(score, scoreAt(Math.max(0, sum - less)));
    }

    /** What a violated rule adds: the more, the more mending it helps. */
    static double of(Finding violation) {
        return of(violation.impact(), Math.max(1, violation.nodeCount()));
    }

    /** The same of a rule with so many occurrences. */
    static double of(String impact, int occurrences) {
        return occurrences == 0 ? 0 : weight(impact) * (1 + Math.log10(occurrences));
    }

    private static double sum(List<Finding> violations) {
        return violations.stream().mapToDouble(Burden::of).sum();
    }

    private static int scoreAt(double burden) {
        return (int) (100 * HALF / (HALF + burden) + 1e-9);
    }

    private static int weight(String impact) {
        return switch (impact) {
            case "critical" -> 10;
            case "serious" -> 5;
            case "moderate" -> 2;
            default -> 1;
        };
    }
}

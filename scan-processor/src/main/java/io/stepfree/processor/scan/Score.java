package io.stepfree.processor.scan;

import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.Impact;
import java.util.List;

/**
 * Sums a page up as one number, so that pages can be put in order and followed over time. 100 means
 * that no violation was found, which is not the same as accessible: what a machine cannot decide is
 * not in it.
 *
 * <p>Each rule that fails weighs 10 (critical), 5 (serious), 2 (moderate) or 1 (minor), times 1 +
 * log10 of the number of its elements; with the sum of these as the burden, the score is 100 × 30 /
 * (30 + burden), rounded down. So it never rises when something more fails, the same failure on
 * many elements weighs more than on one but not as much as a different failure each, and it never
 * falls below 0. The formula is told to users in docs/score.md.
 */
final class Score {

    private static final double HALF = 30;

    private Score() {}

    static int of(List<Finding> violations) {
        double burden = 0;
        for (Finding violation : violations) {
            int elements = Math.max(1, violation.getNodeCount());
            burden += weight(violation.getImpact()) * (1 + Math.log10(elements));
        }
        return (int) (100 * HALF / (HALF + burden));
    }

    private static int weight(Impact impact) {
        return switch (impact) {
            case CRITICAL -> 10;
            case SERIOUS -> 5;
            case MODERATE -> 2;
            // Told by a newer engine than this worker knows; it counts, but least.
            case MINOR, UNKNOWN -> 1;
        };
    }
}

package io.stepfree.reports.document;

import io.stepfree.reports.document.ReportDocument.Finding;
import io.stepfree.reports.document.ReportDocument.Summary;
import java.util.List;

/**
 * Says what the numbers of a report mean; careful never to call clean what was not seen. Stateless.
 */
final class Verdict {

    private Verdict() {}

    static Summary summarise(
            List<Finding> violations,
            List<Finding> needsReview,
            int passes,
            int inapplicable,
            int warnings) {
        int violated = occurrences(violations);
        int undecided = occurrences(needsReview);
        return new Summary(
                sentence(violations, violated, needsReview.size(), undecided, passes, warnings),
                violations.size(),
                violated,
                needsReview.size(),
                undecided,
                passes,
                inapplicable);
    }

    private static int occurrences(List<Finding> findings) {
        return findings.stream().mapToInt(Finding::nodeCount).sum();
    }

    private static String sentence(
            List<Finding> violations,
            int violated,
            int undecidedRules,
            int undecided,
            int passes,
            int warnings) {
        var sentence = new StringBuilder();
        if (!violations.isEmpty()) {
            // The list comes with the highest impact first.
            var gravest = violations.getFirst().impact();
            sentence.append(count(violations.size(), "rule is violated", "rules are violated"))
                    .append(" in ")
                    .append(count(violated, "place", "places"));
            if (!gravest.equals("unknown")) {
                sentence.append(violations.size() == 1 ? ", with " : ", at worst with ")
                        .append(gravest)
                        .append(" impact");
            }
        } else if (passes == 0 && undecidedRules == 0) {
            sentence.append(
                    "No rule found anything on the page to check, so nothing can be said about it");
        } else {
            sentence.append("No violations were found");
            if (warnings > 0) {
                sentence.append(" in the part of the page that was seen");
            }
        }
        if (undecidedRules > 0) {
            sentence.append(violations.isEmpty() ? ", but " : "; ")
                    .append(count(undecidedRules, "rule needs", "rules need"))
                    .append(" a person's judgement in ")
                    .append(count(undecided, "place", "places"));
        }
        if (warnings > 0) {
            sentence.append("; read ")
                    .append(warnings == 1 ? "the warning" : "the " + warnings + " warnings")
                    .append(" first");
        }
        return sentence.append('.').toString();
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}

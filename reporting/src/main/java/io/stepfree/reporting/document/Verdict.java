package io.stepfree.reporting.document;

import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Summary;
import io.stepfree.schemas.scan.Validity;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says what the numbers of a report mean; careful never to call clean what was not seen.
 *
 * @param validity whether it was the page that was seen
 * @param violations what fails, the highest impact first
 * @param needsReview what a person has to look at
 * @param warnings what to know first; where the page is suspect, the first one says why
 */
record Verdict(
        Validity validity,
        List<Finding> violations,
        List<Finding> needsReview,
        List<String> warnings) {

    /** What would break the sentence apart, or turn it round: a warning may quote the page. */
    private static final Pattern UNPRINTED = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    Summary summary(int passes, int inapplicable) {
        return new Summary(
                validity == Validity.SUSPECT ? doubt() : judgement(passes),
                violations.size(),
                occurrences(violations),
                needsReview.size(),
                occurrences(needsReview),
                passes,
                inapplicable);
    }

    private static int occurrences(List<Finding> findings) {
        return findings.stream().mapToInt(Finding::nodeCount).sum();
    }

    /** Two sentences: why it may not be the page, and that the rest is about what was shown. */
    private String doubt() {
        var sentence = new StringBuilder("This may not be the page that was asked for");
        if (!warnings.isEmpty()) {
            sentence.append(": ").append(quoted(warnings.getFirst()));
        }
        sentence.append(". ");
        if (violations.isEmpty()) {
            sentence.append("Nothing is known about the page itself");
        } else {
            sentence.append("In what was shown, ");
            appendViolated(sentence);
        }
        if (!needsReview.isEmpty()) {
            sentence.append("; ");
            appendUndecided(sentence);
        }
        if (warnings.size() > 1) {
            appendWarnings(sentence);
        }
        return sentence.append('.').toString();
    }

    private String judgement(int passes) {
        var sentence = new StringBuilder();
        if (!violations.isEmpty()) {
            appendViolated(sentence);
        } else if (passes == 0 && needsReview.isEmpty()) {
            sentence.append(
                    "No rule found anything on the page to check, so nothing can be said about it");
        } else {
            sentence.append("No violations were found");
            if (validity == Validity.PARTIAL) {
                sentence.append(" in the part of the page that was seen");
            }
        }
        if (!needsReview.isEmpty()) {
            sentence.append(violations.isEmpty() ? ", but " : "; ");
            appendUndecided(sentence);
        }
        if (!warnings.isEmpty()) {
            appendWarnings(sentence);
        }
        return sentence.append('.').toString();
    }

    private void appendViolated(StringBuilder sentence) {
        // The list comes with the highest impact first.
        var gravest = violations.getFirst().impact();
        sentence.append(count(violations.size(), "rule is violated", "rules are violated"))
                .append(" in ")
                .append(count(occurrences(violations), "place", "places"));
        if (!gravest.equals("unknown")) {
            sentence.append(violations.size() == 1 ? ", with " : ", at worst with ")
                    .append(gravest)
                    .append(" impact");
        }
    }

    private void appendUndecided(StringBuilder sentence) {
        sentence.append(count(needsReview.size(), "rule needs", "rules need"))
                .append(" a person's judgement in ")
                .append(count(occurrences(needsReview), "place", "places"));
    }

    private void appendWarnings(StringBuilder sentence) {
        sentence.append("; read ")
                .append(
                        warnings.size() == 1
                                ? "the warning"
                                : "the " + warnings.size() + " warnings")
                .append(" first");
    }

    private static String quoted(String warning) {
        return UNPRINTED.matcher(warning).replaceAll(" ").replaceFirst("[.\\s]+$", "").strip();
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}

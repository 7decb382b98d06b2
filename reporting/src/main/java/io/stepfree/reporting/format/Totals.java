package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums over pages while they pass by. What is counted under a name has one of a few known names, so
 * that it takes no more room for many pages. For one thread.
 *
 * <p>In a batch a page that may be another one counts as such and adds nothing to what was found,
 * as in the page for people: its findings would be those of a login or an error page. The report of
 * that one scan is about what was shown, and counts it.
 */
final class Totals implements PageVisitor {

    static final List<String> IMPACTS =
            List.of("critical", "serious", "moderate", "minor", "unknown");
    static final List<String> VALIDITIES = List.of("valid", "partial", "suspect");
    static final List<String> STATUSES =
            List.of(
                    "accepted",
                    "dispatched",
                    "retrying",
                    "completed",
                    "dead_lettered",
                    "cancelled");

    private static final String OTHER = "unknown";

    private final Map<String, Long> seen = new TreeMap<>();
    private final Map<String, Long> notSeen = new TreeMap<>();
    private final Map<String, Long> violations = new TreeMap<>();
    private final Map<String, Long> needsReview = new TreeMap<>();
    private final boolean batch;
    private long warnings;
    private long passes;
    private long scored;
    private long scores;
    private @Nullable Integer lowest;

    Totals(ReportSubject subject) {
        batch = subject.kind() == ReportSubject.Kind.BATCH;
    }

    /** The sums in the JSON of a batch, name by name. */
    record Json(
            long pages,
            Map<String, Long> seen,
            Map<String, Long> notSeen,
            Map<String, Long> violations,
            Map<String, Long> needsReview,
            long warnings) {}

    /** Hands each page on after it was counted. */
    PageVisitor also(PageVisitor next) {
        return new PageVisitor() {
            @Override
            public void seen(ReportDocument page) throws IOException {
                Totals.this.seen(page);
                next.seen(page);
            }

            @Override
            public void notSeen(UnseenPage page) throws IOException {
                Totals.this.notSeen(page);
                next.notSeen(page);
            }
        };
    }

    @Override
    public void seen(ReportDocument page) {
        count(seen, VALIDITIES, page.validity(), 1);
        warnings += page.warnings().size();
        if (batch && page.mayBeAnotherPage()) {
            return;
        }
        count(violations, page.violations());
        count(needsReview, page.needsReview());
        passes += page.summary().passes();
        Integer score = page.score();
        if (score != null) {
            scored++;
            scores += score;
            lowest = lowest == null ? score : Integer.min(lowest, score);
        }
    }

    @Override
    public void notSeen(UnseenPage page) {
        count(notSeen, STATUSES, page.status(), 1);
    }

    private static void count(Map<String, Long> sums, List<Finding> findings) {
        findings.forEach(finding -> count(sums, IMPACTS, finding.impact(), finding.nodeCount()));
    }

    private static void count(
            Map<String, Long> sums, List<String> known, String name, long addition) {
        sums.merge(known.contains(name) ? name : OTHER, addition, Long::sum);
    }

    /** By validity; how many pages. */
    Map<String, Long> seen() {
        return seen;
    }

    /** By status; how many pages. */
    Map<String, Long> notSeen() {
        return notSeen;
    }

    /** By impact; in how many places. */
    Map<String, Long> violations() {
        return violations;
    }

    /** By impact; in how many places. */
    Map<String, Long> needsReview() {
        return needsReview;
    }

    long warnings() {
        return warnings;
    }

    /** Rules that passed, all pages together. */
    long passes() {
        return passes;
    }

    /** How many pages have a score. */
    long scored() {
        return scored;
    }

    /** The mean of their scores; not a number where none has one. */
    double meanScore() {
        return (double) scores / scored;
    }

    /** The lowest of their scores; null where none has one. */
    @Nullable Integer lowestScore() {
        return lowest;
    }

    /** Whether every page is known to have been seen as a whole; what nobody knows is not. */
    boolean isComplete() {
        return notSeen.isEmpty() && seen.keySet().stream().allMatch("valid"::equals);
    }

    Json json() {
        long pages =
                seen.values().stream().mapToLong(Long::longValue).sum()
                        + notSeen.values().stream().mapToLong(Long::longValue).sum();
        return new Json(pages, seen, notSeen, violations, needsReview, warnings);
    }
}

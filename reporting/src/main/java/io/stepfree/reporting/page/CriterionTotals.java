package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.Comparator;

/**
 * One success criterion over all pages of a batch. It is public for the template only. Not
 * thread-safe.
 */
public final class CriterionTotals {

    static final Comparator<String> IN_ORDER =
            Comparator.comparing(String::isEmpty).thenComparing(CriterionIndex.BY_NUMBER);

    private final Tally violated = new Tally();
    private final Tally needsReview = new Tally();

    /**
     * Pages and occurrences. It is public for the template only. A page counts once, however many
     * rules speak of it.
     */
    public static final class Tally {
        private long lastPage = -1;
        private int pages;
        private long occurrences;

        void add(Finding finding, long page) {
            if (lastPage != page) {
                lastPage = page;
                pages++;
            }
            occurrences += finding.nodeCount();
        }

        /** On how many pages. */
        public int pages() {
            return pages;
        }

        /** In how many places. */
        public long occurrences() {
            return occurrences;
        }
    }

    /** Where it is violated. */
    public Tally violated() {
        return violated;
    }

    /** Where a person has to look. */
    public Tally needsReview() {
        return needsReview;
    }
}

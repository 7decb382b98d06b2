package io.stepfree.reporting.page;

import io.stepfree.reporting.pages.Changes;

/**
 * How the pages of a batch stand against the scans of them before. It is public for the template
 * only. Not thread-safe.
 */
public final class ChangeTotals {

    private int pages;
    private int compared;
    private int first;
    private long newOnes;
    private long newlyObserved;
    private long persisting;
    private long fixed;
    private long notObserved;
    private long engineChanged;

    void add(Changes changes) {
        pages++;
        first += changes.compared().equals("first") ? 1 : 0;
        if (changes.earlier() != null) {
            compared++;
            var counts = changes.counts();
            newOnes += counts.newOnes();
            newlyObserved += counts.newlyObserved();
            persisting += counts.persisting();
            fixed += counts.fixed();
            notObserved += counts.notObserved();
            engineChanged += counts.engineChanged();
        }
    }

    /** Whether anybody looked. */
    public boolean known() {
        return pages > 0;
    }

    /** How many pages were compared with an earlier scan. */
    public int compared() {
        return compared;
    }

    /** One sentence for a person. */
    public String sentence() {
        if (compared == 0) {
            return first == pages
                    ? "Each page was looked at for the first time, so there is nothing to compare with."
                    : "No page was compared with an earlier scan.";
        }
        return "%s new and %s fixed on the %s with an earlier scan; %s there before."
                .formatted(
                        Wording.count(newOnes, "finding is", "findings are"),
                        Wording.count(fixed, "is", "are"),
                        Wording.count(
                                compared, "page that was compared", "pages that were compared"),
                        Wording.count(persisting, "was", "were"));
    }

    /** How many pages were looked at for the first time. */
    public int first() {
        return first;
    }

    /** How many were compared with none for another reason, which their own reports give. */
    public int others() {
        return pages - compared - first;
    }

    /** How many findings are new. */
    public long newOnes() {
        return newOnes;
    }

    /** How many may have been there before, unseen. */
    public long newlyObserved() {
        return newlyObserved;
    }

    /** How many were there before. */
    public long persisting() {
        return persisting;
    }

    /** How many are gone, their part of the page seen without them. */
    public long fixed() {
        return fixed;
    }

    /** How many may still be there, unseen. */
    public long notObserved() {
        return notObserved;
    }

    /** How many came or went with another version of the engine. */
    public long engineChanged() {
        return engineChanged;
    }
}

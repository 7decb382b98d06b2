package io.stepfree.reporting.page;

/**
 * How the pages of a batch stand against the scans of them before. It is public for the template
 * only. Not thread-safe.
 */
public final class ChangeTotals {

    private boolean known;
    private int compared;
    private int first;
    private int suspect;
    private int others;

    /** Seen by who kept no changes yet, so that nobody can say why they were not compared. */
    private int unknown;

    private int notSeen;
    private int open;
    private long newOnes;
    private long newlyObserved;
    private long persisting;
    private long fixed;
    private long notObserved;
    private long engineChanged;

    /** Counts a page once, so that the numbers of pages add up to all of them. */
    void add(PageLine page) {
        switch (page.seen()) {
            case NOT -> notSeen++;
            case NOT_YET -> open++;
            case WHOLE, PART, SUSPECT -> addSeen(page);
        }
    }

    private void addSeen(PageLine page) {
        var changes = page.changes();
        known |= changes != null;
        if (changes != null && changes.earlier() != null) {
            compared++;
            var counts = changes.counts();
            newOnes += counts.newOnes();
            newlyObserved += counts.newlyObserved();
            persisting += counts.persisting();
            fixed += counts.fixed();
            notObserved += counts.notObserved();
            engineChanged += counts.engineChanged();
        } else if (changes != null && changes.compared().equals("first")) {
            first++;
        } else if (page.seen() == PageLine.Seen.SUSPECT) {
            suspect++;
        } else if (changes != null) {
            others++;
        } else {
            unknown++;
        }
    }

    /** Whether anybody looked. */
    public boolean known() {
        return known;
    }

    /** How many pages were compared with an earlier scan. */
    public int compared() {
        return compared;
    }

    /** One sentence for a person. */
    public String sentence() {
        if (compared == 0) {
            return onlyFirst()
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

    /** Whether each page of the batch was looked at for the first time. */
    public boolean onlyFirst() {
        return first > 0 && compared + suspect + others + unknown + notSeen + open == 0;
    }

    /** How many pages were looked at for the first time. */
    public int first() {
        return first;
    }

    /** How many may be other pages, and were therefore compared with none. */
    public int suspect() {
        return suspect;
    }

    /** How many were compared with none for another reason, which their own reports give. */
    public int others() {
        return others;
    }

    /** How many were not seen and will not be. */
    public int notSeen() {
        return notSeen;
    }

    /** How many are still to be seen. */
    public int open() {
        return open;
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

package io.stepfree.reporting.page;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The pages of one template over a batch. It is public for the template only. Not thread-safe. */
public final class TemplateTotals {

    /** Most occurrences first, then most pages. */
    static final Comparator<TemplateTotals> MOST_FIRST =
            Comparator.comparingLong(TemplateTotals::occurrences)
                    .thenComparingInt(TemplateTotals::pages)
                    .reversed()
                    .thenComparing(totals -> totals.name);

    private final String name;
    private final ScoreSpread scores = new ScoreSpread();
    private @Nullable PageLine worst;
    private int pages;
    private int violatedPages;
    private long occurrences;

    TemplateTotals(String name) {
        this.name = name;
    }

    void add(PageLine page) {
        pages++;
        occurrences += page.occurrences();
        violatedPages += page.occurrences() > 0 ? 1 : 0;
        var score = page.score();
        if (score != null) {
            scores.add(score);
        }
        if (worst == null || PageLine.WORST_FIRST.compare(page, worst) < 0) {
            worst = page;
        }
    }

    /** Its name, as reports and the API give it. */
    public String name() {
        return Wording.visible(name);
    }

    boolean isNamed(@Nullable String other) {
        return name.equals(other);
    }

    /** How many pages were seen of it. */
    public int pages() {
        return pages;
    }

    /** On how many of them a rule is violated. */
    public int violatedPages() {
        return violatedPages;
    }

    /** In how many places of all its pages. */
    public long occurrences() {
        return occurrences;
    }

    /** The median of the scores; null where there are none. */
    public @Nullable Integer median() {
        return scores.count() == 0 ? null : (Integer) scores.median();
    }

    /** The page with the lowest score, or with most occurrences. */
    public PageLine worst() {
        return Objects.requireNonNull(worst);
    }
}

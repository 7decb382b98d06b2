package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule over all pages of a batch. Its size does not grow with the pages. It is public for the
 * template only. Not thread-safe.
 */
public final class RuleTotals {

    /** What is worth most first; among equals the higher impact, then what is in more places. */
    static final Comparator<RuleTotals> WORTH_MOST_FIRST =
            Comparator.comparingLong((RuleTotals rule) -> rule.points)
                    .thenComparingDouble(rule -> rule.burden)
                    .thenComparingLong(RuleTotals::outstanding)
                    .reversed()
                    .thenComparing(RuleTotals::rule);

    /** As in the report of a page: the highest impact first, then what is in most places. */
    static final Comparator<RuleTotals> GRAVEST_FIRST =
            Comparator.comparingInt((RuleTotals rule) -> -gravity(rule.impact))
                    .thenComparing(Comparator.comparingLong(RuleTotals::occurrences).reversed())
                    .thenComparing(RuleTotals::rule);

    private static final List<String> IMPACTS =
            List.of("unknown", "minor", "moderate", "serious", "critical");

    private static final int LONGEST_TEXT = 300;
    private static final int LONGEST_NUMBER = 40;
    private static final int MOST_CRITERIA = 20;

    private final String rule;
    private final String help;
    private final String helpUrl;
    private final List<String> criteria;
    private final ScoreSpread moved = new ScoreSpread();
    private String impact = "unknown";
    private int pages;
    private long occurrences;
    private int outstandingPages;
    private long outstanding;
    private int scored;
    private long points;
    private double burden;

    private RuleTotals(String rule, String help, String helpUrl, List<String> criteria) {
        this.rule = Wording.cut(rule, LONGEST_TEXT);
        this.help = Wording.cut(help, LONGEST_TEXT);
        this.helpUrl = helpUrl.length() <= LONGEST_TEXT ? helpUrl : "";
        this.criteria =
                criteria.stream()
                        .limit(MOST_CRITERIA)
                        .map(number -> Wording.cut(number, LONGEST_NUMBER))
                        .toList();
    }

    /** Of a rule as its first finding tells of it. */
    static RuleTotals of(Finding finding) {
        return new RuleTotals(
                finding.rule(), finding.help(), finding.helpUrl(), finding.successCriteria());
    }

    /** Of rules that there is no room to tell apart. */
    static RuleTotals together(String name) {
        return new RuleTotals(name, name, "", List.of());
    }

    /**
     * Adds what a rule found on a page.
     *
     * @param found what is to be mended of it
     * @param page what the rules of the page cost it; null where its score cannot be foretold
     * @return by how many points the page's score would rise without what is to be mended
     */
    int add(Outstanding found, @Nullable Burden page) {
        Finding finding = found.finding();
        pages++;
        occurrences += finding.nodeCount();
        if (gravity(finding.impact()) > gravity(impact)) {
            impact = finding.impact();
        }
        if (!found.isLeft()) {
            return 0;
        }
        outstandingPages++;
        outstanding += found.occurrences();
        burden += found.burden();
        if (page == null) {
            return 0;
        }
        int to = page.scoreWithout(List.of(found));
        moved.move(page.score(), to);
        scored++;
        points += to - page.score();
        return to - page.score();
    }

    /** The rule's id. */
    public String rule() {
        return Wording.visible(rule);
    }

    /** What it asks for, a sentence. */
    public String help() {
        return Wording.visible(help);
    }

    /** Where it is explained, if that may be a link; null otherwise. */
    public @Nullable String link() {
        return Wording.link(helpUrl);
    }

    /** The success criteria it belongs to. */
    public List<SuccessCriterion> criteria() {
        return criteria.stream().map(SuccessCriterion::named).toList();
    }

    /** The highest impact on any page. */
    public String impact() {
        return impact;
    }

    /** On how many pages. */
    public int pages() {
        return pages;
    }

    /** In how many places of all pages. */
    public long occurrences() {
        return occurrences;
    }

    /** On how many pages there is something to be mended: neither accepted nor ignored. */
    public int outstandingPages() {
        return outstandingPages;
    }

    /** In how many places of all pages. */
    public long outstanding() {
        return outstanding;
    }

    /** Of how many of these it is known what their score would be without that. */
    public int scored() {
        return scored;
    }

    /** By how much the scores of these pages would rise, all together. */
    public long points() {
        return points;
    }

    /** The same on average of these pages, as "4.2 points". */
    public String pointsEach() {
        return Wording.points(scored == 0 ? 0 : (double) points / scored);
    }

    /** The median of a spread of scores if that were mended everywhere. */
    int medianAfter(ScoreSpread scores) {
        return scores.with(moved).median();
    }

    /** The higher, the graver the impact. */
    static int gravity(String impact) {
        return IMPACTS.indexOf(impact);
    }
}

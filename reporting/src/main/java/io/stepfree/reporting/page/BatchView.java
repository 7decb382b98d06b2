package io.stepfree.reporting.page;

import gg.jte.Content;
import io.stepfree.reporting.page.PageLine.Seen;
import io.stepfree.reporting.pages.ReportSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the template asks of a batch. It is public for the template only. */
public final class BatchView {

    /** So many fixes are named as those to begin with. */
    private static final int SHOWN_FIXES = 10;

    private static final int LONGEST_ID = 100;

    /** So many templates are shown with what fails on their pages, and so many more in a table. */
    private static final int SHOWN_TEMPLATES = 8;

    private static final int LISTED_TEMPLATES = 40;
    private static final int SHOWN_FAILURES = 5;

    private final ReportSubject subject;
    private final BatchTotals totals;
    private final UnaryOperator<String> reports;
    private final Content table;
    private final List<SharedFix> fixes;
    private final List<TemplateTotals> templates;

    BatchView(
            ReportSubject subject,
            BatchTotals totals,
            UnaryOperator<String> reports,
            Content table) {
        this.subject = subject;
        this.totals = totals;
        this.reports = reports;
        this.table = table;
        fixes = totals.shared().fixes();
        templates = totals.templates().templates();
    }

    /**
     * A rule whose mending everywhere is worth most.
     *
     * @param rule the rule
     * @param anchor the id of the place where it is shown
     * @param from the median of the scores as it is; null where there are none
     * @param to the median without this rule; null where there are none
     */
    public record RuleFix(
            RuleTotals rule, String anchor, @Nullable Integer from, @Nullable Integer to) {}

    /**
     * A range of scores.
     *
     * @param range as "50 to 74"
     * @param pages how many pages have such a score
     * @param width the same as a share of all pages that have a score, in percent
     */
    public record ScoreRange(String range, int pages, int width) {}

    /**
     * A row of the table of criteria.
     *
     * @param criterion the criterion; only its number where WCAG 2.2 does not have it
     * @param none whether it is the row of the rules that belong to no criterion
     * @param totals its numbers
     */
    public record CriterionRow(SuccessCriterion criterion, boolean none, CriterionTotals totals) {}

    /**
     * A part of the bar that shows how much was seen.
     *
     * @param kind names its colour
     * @param from where it begins, in thousandths
     * @param width its width, in thousandths
     */
    public record Slice(String kind, int from, int width) {}

    /** The content of {@code <style>}. */
    public String styleSheet() {
        return StyleSheet.TEXT;
    }

    /** Lets in the style sheet and nothing else. */
    public String contentSecurityPolicy() {
        return BatchPage.contentSecurityPolicy();
    }

    /** What the report is about. */
    public ReportSubject subject() {
        return subject;
    }

    /** The batch's id with nothing hidden in it. */
    public String id() {
        return Wording.visible(Wording.cut(subject.id(), LONGEST_ID));
    }

    /** The address of a page's own report. */
    public String reportOf(PageLine page) {
        return reports.apply(page.scanId());
    }

    /** Writes the table of all pages, page by page. */
    public Content table() {
        return table;
    }

    /** How many pages were asked for. */
    public int pages() {
        return totals.pages();
    }

    /** How many something is known about. */
    public int known() {
        return totals.seen(Seen.WHOLE) + totals.seen(Seen.PART);
    }

    /** How many were seen whole. */
    public int whole() {
        return totals.seen(Seen.WHOLE);
    }

    /** How many were seen in part. */
    public int part() {
        return totals.seen(Seen.PART);
    }

    /** How many may be other pages. */
    public int suspect() {
        return totals.seen(Seen.SUSPECT);
    }

    /** How many were not seen and will not be. */
    public int notSeen() {
        return totals.seen(Seen.NOT);
    }

    /** How many are still to be seen. */
    public int open() {
        return totals.seen(Seen.NOT_YET);
    }

    /** Whether there is anything to know before the numbers are believed: not without any. */
    public boolean hasLimits() {
        return known() + suspect() + open() > 0;
    }

    /** How many of those seen have no score. */
    public int withoutScore() {
        return totals.withoutScore();
    }

    /** Whether what some scores would be is not foretold. */
    public boolean unforetold() {
        return totals.unforetold();
    }

    /** The bar of how much was seen, in the order of the words beside it. */
    public List<Slice> slices() {
        var slices = new ArrayList<Slice>();
        long before = 0;
        for (Seen how : Seen.values()) {
            int here = totals.seen(how);
            int from = thousandths(before);
            before += here;
            if (here > 0) {
                slices.add(new Slice(how.kind(), from, Math.max(1, thousandths(before) - from)));
            }
        }
        return slices;
    }

    private int thousandths(long pages) {
        return (int) (1000 * pages / Math.max(1, totals.pages()));
    }

    /** One sentence for a person; never calls clean what was not seen. */
    public String verdict() {
        return BatchVerdict.of(totals);
    }

    /** The median of the scores; null where there are none. */
    public @Nullable Integer median() {
        return scored() == 0 ? null : (Integer) totals.scores().median();
    }

    /** The lowest score; null where there are none. */
    public @Nullable Integer lowest() {
        return scored() == 0 ? null : (Integer) totals.scores().lowest();
    }

    /** How many pages have a score. */
    public int scored() {
        return totals.scores().count();
    }

    /** How many pages have which score. */
    public List<ScoreRange> ranges() {
        return Stream.of(
                        range("100", 100, 100),
                        range("90 to 99", 90, 99),
                        range("75 to 89", 75, 89),
                        range("50 to 74", 50, 74),
                        range("25 to 49", 25, 49),
                        range("0 to 24", 0, 24))
                .toList();
    }

    private ScoreRange range(String words, int from, int to) {
        int pages = totals.scores().count(from, to);
        return new ScoreRange(words, pages, (int) (100L * pages / Math.max(1, scored())));
    }

    /** How many rules are violated on any page. */
    public int violatedRules() {
        return totals.violatedRules().size();
    }

    /** In how many places of all pages. */
    public long violations() {
        return totals.violations();
    }

    /** How many pages have a violation. */
    public int violatedPages() {
        return totals.violatedPages();
    }

    /** How many rules could not decide on any page. */
    public int reviewRules() {
        return totals.reviewRules().size();
    }

    /** In how many places of all pages. */
    public long reviews() {
        return totals.reviews();
    }

    /** What was not seen, or not whole, by reason. */
    public List<Gap> gaps() {
        return totals.gaps();
    }

    /** The conformance targets, as a list in a sentence. */
    public String standards() {
        return String.join("; ", totals.standards());
    }

    /** The engines, as a list in a sentence. */
    public String engines() {
        return String.join("; ", totals.engines());
    }

    /** The browsers, as a list in a sentence. */
    public String browsers() {
        return String.join("; ", totals.browsers());
    }

    /** The fixes that mend the same element on many pages, what is worth most first. */
    public List<SharedFix> fixes() {
        return fixes.subList(0, Math.min(SHOWN_FIXES, fixes.size()));
    }

    /** How many more of these there are. */
    public int otherFixes() {
        return fixes.size() - fixes().size();
    }

    /** How many occurrences could not be compared with those on other pages. */
    public long unnamed() {
        return totals.shared().unnamed();
    }

    /** On how many pages an element may be at most that was not followed; 0 when all were. */
    public int missed() {
        return totals.shared().missed();
    }

    /** Whether rules were counted together for want of room. */
    public boolean foldedRules() {
        return totals.foldedRules();
    }

    /** The rules whose mending everywhere is worth most, the most first. */
    public List<RuleFix> ruleFixes() {
        var order = rules();
        return totals.violatedRules().stream()
                .filter(rule -> rule.outstanding() > 0)
                .sorted(RuleTotals.WORTH_MOST_FIRST)
                .limit(SHOWN_FIXES)
                .map(rule ->
                        new RuleFix(
                                rule,
                                anchor(order.indexOf(rule)),
                                median(),
                                rule.scored() == 0
                                        ? null
                                        : (Integer) rule.medianAfter(totals.scores())))
                .toList();
    }

    /** How many violations were accepted or ignored, which is not what to fix first. */
    public long setAside() {
        return totals.setAside();
    }

    /** The rules of whose violations nothing else is left. */
    public List<ReportPage.RuleLink> whollySetAside() {
        var rules = rules();
        return IntStream.range(0, rules.size())
                .filter(index -> rules.get(index).outstanding() == 0)
                .mapToObj(index -> new ReportPage.RuleLink(rules.get(index).rule(), anchor(index)))
                .toList();
    }

    /** The violated rules, the highest impact first. */
    public List<RuleTotals> rules() {
        return totals.violatedRules().stream().sorted(RuleTotals.GRAVEST_FIRST).toList();
    }

    /** The id of the place where a violated rule is shown. */
    public String anchor(int index) {
        return "rule-" + (index + 1);
    }

    /** The rules that a person has to look at, the highest impact first. */
    public List<RuleTotals> rulesToReview() {
        return totals.reviewRules().stream().sorted(RuleTotals.GRAVEST_FIRST).toList();
    }

    /** The success criteria with findings, in their order. */
    public List<CriterionRow> criteria() {
        return totals.criteria().entrySet().stream()
                .map(entry ->
                        new CriterionRow(
                                SuccessCriterion.named(entry.getKey()),
                                entry.getKey().isEmpty(),
                                entry.getValue()))
                .toList();
    }

    /** The pages with the lowest scores. */
    public List<PageLine> worst() {
        return totals.worst();
    }

    /**
     * A template with what fails on its pages and on no others.
     *
     * @param number from 1
     * @param failures some of it, the highest impact first
     * @param otherFailures how many more there are
     */
    public record TemplatePart(
            int number, TemplateTotals totals, List<TemplateFailure> failures, int otherFailures) {}

    /** How many templates the pages have. */
    public int templates() {
        return templates.size();
    }

    /** The templates with most occurrences. */
    public List<TemplatePart> templateParts() {
        var parts = new ArrayList<TemplatePart>();
        for (int index = 0; index < Math.min(SHOWN_TEMPLATES, templates.size()); index++) {
            var failures = totals.templates().failuresOf(templates.get(index));
            int shown = Math.min(SHOWN_FAILURES, failures.size());
            parts.add(
                    new TemplatePart(
                            index + 1,
                            templates.get(index),
                            failures.subList(0, shown),
                            failures.size() - shown));
        }
        return parts;
    }

    /** Some of the others, by their number. */
    public List<TemplatePart> moreTemplates() {
        var parts = new ArrayList<TemplatePart>();
        int end = Math.min(SHOWN_TEMPLATES + LISTED_TEMPLATES, templates.size());
        for (int index = SHOWN_TEMPLATES; index < end; index++) {
            parts.add(new TemplatePart(index + 1, templates.get(index), List.of(), 0));
        }
        return parts;
    }

    /** How many templates are not listed. */
    public int otherTemplates() {
        return Math.max(0, templates.size() - SHOWN_TEMPLATES - LISTED_TEMPLATES);
    }

    /** What fails in the same way on pages of several templates. */
    public List<TemplateFailure> ofSeveralTemplates() {
        return totals.templates().ofSeveral().stream().limit(SHOWN_FAILURES).toList();
    }

    /** How many more of that there are. */
    public int othersOfSeveralTemplates() {
        return Math.max(0, totals.templates().ofSeveral().size() - SHOWN_FAILURES);
    }

    /** How many pages were seen whose template was not told. */
    public int withoutTemplate() {
        return totals.templates().untold();
    }

    /** How many pages were seen of templates that were not told apart any more. */
    public int beyondTemplates() {
        return totals.templates().beyond();
    }

    /** The number of the template that all pages of a fix have; 0 where they have several. */
    public int templateOf(SharedFix fix) {
        for (int index = 0; index < Math.min(SHOWN_TEMPLATES, templates.size()); index++) {
            if (templates.get(index).isNamed(fix.template())) {
                return index + 1;
            }
        }
        return 0;
    }

    /** How the pages stand against the scans of them before. */
    public ChangeTotals changes() {
        return totals.changes();
    }

    /** What was decided of the findings. */
    public Decisions decisions() {
        return totals.decisions();
    }
}

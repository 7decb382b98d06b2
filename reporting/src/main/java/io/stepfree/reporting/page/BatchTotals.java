package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.UnseenPage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first walk over a batch: adds up what its report says. Not thread-safe.
 *
 * <p>What it holds does not grow with the pages: rules, criteria, reasons and elements each up to a
 * number that no batch of a known engine comes to, and what is beyond is counted together and told
 * so.
 *
 * <p>A page that may be another one counts as such and adds nothing to what was found: its findings
 * would be those of a login or an error page.
 */
final class BatchTotals implements PageVisitor {

    private static final int MOST_RULES = 400;
    private static final int MOST_CRITERIA = 200;
    private static final int MOST_REASONS = 40;
    private static final int MOST_VERSIONS = 8;
    private static final int LONGEST_KEY = 100;
    private static final int WORST_PAGES = 10;

    private static final String OTHERS = "\uffffothers";

    private final Map<PageLine.Seen, Integer> seen = new EnumMap<>(PageLine.Seen.class);
    private final ScoreSpread scores = new ScoreSpread();
    private final Map<String, RuleTotals> violated = new HashMap<>();
    private final Map<String, RuleTotals> needsReview = new HashMap<>();
    private final Map<String, CriterionTotals> criteria = new HashMap<>();
    private final Map<String, Gap> gaps = new TreeMap<>();
    private final SharedElements shared = new SharedElements();
    private final TemplateGroups templates = new TemplateGroups();
    private final ChangeTotals changes = new ChangeTotals();
    private final Decisions decisions = new Decisions();
    private final PriorityQueue<PageLine> worst =
            new PriorityQueue<>(PageLine.WORST_FIRST.reversed());
    private final SortedSet<String> standards = new TreeSet<>();
    private final SortedSet<String> engines = new TreeSet<>();
    private final SortedSet<String> browsers = new TreeSet<>();
    private int pages;
    private int violatedPages;
    private int withoutScore;
    private boolean unforetold;
    private long violations;
    private long setAside;
    private long reviews;

    @Override
    public void seen(ReportDocument page) {
        seen(page, Overlay.NONE);
    }

    @Override
    public void seen(ReportDocument page, Overlay overlay) {
        pages++;
        var line = PageLine.of(page, overlay);
        count(line);
        note(standards, Wording.standard(page.standard()));
        note(engines, Wording.visible(page.engine()));
        note(browsers, Wording.visible(page.browser()));
        if (line.seen() == PageLine.Seen.PART) {
            gap("1part", "Seen in part").add(line);
        }
        if (line.seen() == PageLine.Seen.SUSPECT) {
            gap("2suspect", "May be another page").add(line);
            return;
        }
        if (page.score() == null) {
            withoutScore++;
        } else {
            scores.add(page.score());
        }
        decisions.add(overlay);
        templates.nextPage(page.template(), line);
        addViolations(page, overlay);
        addReviews(page);
        if (!page.violations().isEmpty()) {
            violatedPages++;
            worst.add(line);
            if (worst.size() > WORST_PAGES) {
                worst.remove();
            }
        }
    }

    @Override
    public void notSeen(UnseenPage page) {
        pages++;
        var line = PageLine.of(page);
        count(line);
        if (page.isOpen()) {
            gap("4open", "Not done yet").add(line);
        } else if (page.status().equals("cancelled")) {
            gap("5cancelled", "Cancelled").add(line);
        } else {
            gap("3" + page.failure(), "Not seen: " + Wording.failure(page.failure())).add(line);
        }
    }

    private void count(PageLine line) {
        seen.merge(line.seen(), 1, Integer::sum);
        changes.add(line);
    }

    private void addViolations(ReportDocument page, Overlay overlay) {
        var burden = Burden.of(page);
        unforetold |= burden == null && page.score() != null;
        shared.nextPage(page.template());
        for (Outstanding found : Outstanding.of(page.violations(), overlay)) {
            Finding finding = found.finding();
            violations += finding.nodeCount();
            setAside += found.setAside();
            int points =
                    of(finding.rule(), violated, () -> RuleTotals.of(finding)).add(found, burden);
            shared.add(found, points, burden != null);
            templates.add(finding);
            criteriaOf(finding).forEach(criterion -> criterion.violated().add(finding, pages));
        }
    }

    private void addReviews(ReportDocument page) {
        for (Finding finding : page.needsReview()) {
            reviews += finding.nodeCount();
            of(finding.rule(), needsReview, () -> RuleTotals.of(finding))
                    .add(new Outstanding(finding, finding.nodes(), 0), null);
            criteriaOf(finding).forEach(criterion -> criterion.needsReview().add(finding, pages));
        }
    }

    private static RuleTotals of(
            String rule, Map<String, RuleTotals> rules, Supplier<RuleTotals> totals) {
        return held(
                Wording.cut(rule, LONGEST_KEY),
                rules,
                MOST_RULES,
                totals,
                () -> RuleTotals.together("Other rules"));
    }

    private List<CriterionTotals> criteriaOf(Finding finding) {
        var numbers = finding.successCriteria().isEmpty() ? List.of("") : finding.successCriteria();
        return numbers.stream()
                .map(number ->
                        held(
                                Wording.cut(number, LONGEST_KEY),
                                criteria,
                                MOST_CRITERIA,
                                CriterionTotals::new,
                                CriterionTotals::new))
                .distinct()
                .toList();
    }

    private Gap gap(String key, String reason) {
        return held(
                Wording.cut(key, LONGEST_KEY),
                gaps,
                MOST_REASONS,
                () -> new Gap(reason),
                () -> new Gap("For other reasons"));
    }

    /** What is held under a key; what has no room any more is held together. */
    private static <T> T held(
            String key, Map<String, T> all, int most, Supplier<T> made, Supplier<T> together) {
        var held = all.get(key);
        if (held != null) {
            return held;
        }
        return all.size() < most
                ? all.computeIfAbsent(key, _ -> made.get())
                : all.computeIfAbsent(OTHERS, _ -> together.get());
    }

    private static void note(SortedSet<String> versions, String version) {
        if (versions.size() < MOST_VERSIONS) {
            versions.add(Wording.cut(version, 80));
        } else if (!versions.contains(version)) {
            versions.add("and others");
        }
    }

    int pages() {
        return pages;
    }

    int seen(PageLine.Seen how) {
        return seen.getOrDefault(how, 0);
    }

    /** Pages that were seen whole or in part, and on which a rule is violated. */
    int violatedPages() {
        return violatedPages;
    }

    /** Pages that were seen whole or in part, and have no score. */
    int withoutScore() {
        return withoutScore;
    }

    /** Whether there is a page with a score that is not of the formula. */
    boolean unforetold() {
        return unforetold;
    }

    long violations() {
        return violations;
    }

    /** In how many of these places it was accepted or ignored. */
    long setAside() {
        return setAside;
    }

    long reviews() {
        return reviews;
    }

    ScoreSpread scores() {
        return scores;
    }

    SharedElements shared() {
        return shared;
    }

    TemplateGroups templates() {
        return templates;
    }

    ChangeTotals changes() {
        return changes;
    }

    /** What was decided of what is in these numbers. */
    Decisions decisions() {
        return decisions;
    }

    Collection<RuleTotals> violatedRules() {
        return violated.values();
    }

    Collection<RuleTotals> reviewRules() {
        return needsReview.values();
    }

    boolean foldedRules() {
        return violated.containsKey(OTHERS) || needsReview.containsKey(OTHERS);
    }

    /** By number; what belongs to no criterion under an empty one, at the end. */
    SortedMap<String, CriterionTotals> criteria() {
        var sorted = new TreeMap<String, CriterionTotals>(CriterionTotals.IN_ORDER);
        criteria.forEach((number, totals) ->
                sorted.put(number.equals(OTHERS) ? "Other criteria" : number, totals));
        return sorted;
    }

    List<Gap> gaps() {
        return List.copyOf(gaps.values());
    }

    List<PageLine> worst() {
        var lines = new ArrayList<>(worst);
        lines.sort(PageLine.WORST_FIRST);
        return lines;
    }

    List<String> standards() {
        return List.copyOf(standards);
    }

    List<String> engines() {
        return List.copyOf(engines);
    }

    List<String> browsers() {
        return List.copyOf(browsers);
    }

    /** The violated rule with the highest impact; null where nothing is violated. */
    @Nullable RuleTotals gravest() {
        return violated.values().stream().min(RuleTotals.GRAVEST_FIRST).orElse(null);
    }
}

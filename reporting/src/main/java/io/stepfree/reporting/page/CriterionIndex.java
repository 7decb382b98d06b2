package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts a page's findings in the order of the success criteria that they speak of. It is public for
 * the template only.
 */
public final class CriterionIndex {

    /** Stands for rules that belong to no criterion; shown last. */
    private static final String NONE = "";

    /** By number, part by part: 1.4.3 comes before 1.4.10; what is no number at the end. */
    static final Comparator<String> BY_NUMBER =
            Comparator.<String, Boolean>comparing(number -> !number.matches("\\d+\\.\\d+\\.\\d+"))
                    .thenComparing(CriterionIndex::sortable);

    private CriterionIndex() {}

    /**
     * A row of the index.
     *
     * @param criterion the criterion; only its number where WCAG 2.2 does not have it
     * @param none whether it is the row of the rules that belong to no criterion
     * @param violations the violated rules
     * @param needsReview the rules that could not decide
     */
    public record Row(
            SuccessCriterion criterion,
            boolean none,
            List<RuleCount> violations,
            List<RuleCount> needsReview) {}

    /**
     * A rule with the place in the report where it is shown.
     *
     * @param rule its id
     * @param anchor the id of the place
     * @param occurrences in how many places of the page it speaks
     */
    public record RuleCount(String rule, String anchor, int occurrences) {}

    static List<Row> of(ReportDocument page) {
        var rows =
                new TreeMap<String, Row>(
                        Comparator.comparing(String::isEmpty).thenComparing(BY_NUMBER));
        for (int index = 0; index < page.violations().size(); index++) {
            var finding = page.violations().get(index);
            var count = count(finding, ReportPage.violation(index));
            rowsOf(finding, rows).forEach(row -> row.violations().add(count));
        }
        for (int index = 0; index < page.needsReview().size(); index++) {
            var finding = page.needsReview().get(index);
            var count = count(finding, ReportPage.review(index));
            rowsOf(finding, rows).forEach(row -> row.needsReview().add(count));
        }
        return List.copyOf(rows.values());
    }

    private static List<Row> rowsOf(Finding finding, Map<String, Row> rows) {
        var criteria =
                finding.successCriteria().isEmpty() ? List.of(NONE) : finding.successCriteria();
        return criteria.stream()
                .distinct()
                .map(number -> rows.computeIfAbsent(number, CriterionIndex::row))
                .toList();
    }

    private static Row row(String number) {
        return new Row(
                SuccessCriterion.named(number),
                number.isEmpty(),
                new ArrayList<>(),
                new ArrayList<>());
    }

    private static RuleCount count(Finding finding, String anchor) {
        return new RuleCount(VisibleText.of(finding.rule()), anchor, finding.nodeCount());
    }

    private static String sortable(String number) {
        var sortable = new StringBuilder();
        for (String part : number.split("\\.", -1)) {
            sortable.append("0".repeat(Math.max(0, 4 - part.length()))).append(part).append('.');
        }
        return sortable.toString();
    }
}

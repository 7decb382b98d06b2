package io.stepfree.reporting.format;

import io.stepfree.reporting.pages.ReportedPages;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The sums of a report in the text format of Prometheus, for its textfile collector or a gateway.
 * Labels have words of ours only: no address, no rule, no text of a page. What is zero is written
 * too, so that a series does not vanish when it gets better.
 */
final class PrometheusReport implements ReportWriter {

    private static final double MILLIS = 1_000;

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        var totals = new Totals(pages.subject());
        pages.each(totals);
        var text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        head(text, "stepfree_report_pages", "Pages that were seen, by how.");
        series(text, "stepfree_report_pages", "validity", Totals.VALIDITIES, totals.seen());
        head(
                text,
                "stepfree_report_pages_not_seen",
                "Pages of which nothing is known, by where their scan stands.");
        series(text, "stepfree_report_pages_not_seen", "status", Totals.STATUSES, totals.notSeen());
        head(text, "stepfree_report_violations", "Places where a rule is violated, by impact.");
        series(text, "stepfree_report_violations", "impact", Totals.IMPACTS, totals.violations());
        head(
                text,
                "stepfree_report_needs_review",
                "Places that a person has to look at, by impact; they are no violations.");
        series(
                text,
                "stepfree_report_needs_review",
                "impact",
                Totals.IMPACTS,
                totals.needsReview());
        single(
                text,
                "stepfree_report_warnings",
                "What is to be read before the numbers are believed.",
                totals.warnings());
        single(
                text,
                "stepfree_report_complete",
                "1 where every page was seen as a whole, else 0.",
                totals.isComplete() ? 1 : 0);
        single(
                text,
                "stepfree_report_passed_rules",
                "Rules that passed, all pages together.",
                totals.passes());
        scores(text, totals);
        single(
                text,
                "stepfree_report_timestamp_seconds",
                "The moment of which the report speaks.",
                pages.subject().at().toEpochMilli() / MILLIS);
        text.flush();
    }

    private static void scores(Writer text, Totals totals) throws IOException {
        single(text, "stepfree_report_scored_pages", "Pages that have a score.", totals.scored());
        Integer lowest = totals.lowestScore();
        if (lowest != null) {
            single(
                    text,
                    "stepfree_report_score_lowest",
                    "The lowest score of a page, 0 to 100.",
                    lowest);
            single(
                    text,
                    "stepfree_report_score_mean",
                    "The mean of the scores, 0 to 100.",
                    totals.meanScore());
        }
    }

    private static void head(Writer text, String name, String help) throws IOException {
        text.write("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, help, name));
    }

    private static void series(
            Writer text, String name, String label, List<String> words, Map<String, Long> sums)
            throws IOException {
        for (String word : words) {
            text.write(
                    "%s{%s=\"%s\"} %d\n".formatted(name, label, word, sums.getOrDefault(word, 0L)));
        }
    }

    private static void single(Writer text, String name, String help, Number value)
            throws IOException {
        head(text, name, help);
        text.write("%s %s\n".formatted(name, value));
    }
}

package io.stepfree.reporting;

import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.document.ReportDocument.Summary;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A batch of any size, made while it is walked over, as a shop has them: a header and a pager that
 * fail on every page, offers that fail each in its own way, and pages that were not seen.
 *
 * @param pages how many pages
 */
public record SampleBatch(int pages) implements ReportedPages {

    private static final ReportDocument BASE =
            ReportComposer.compose(
                    SampleResults.rich("0199a1b2-0000-7000-8000-000000000001", "req-1"));

    private static final Map<String, Integer> WEIGHTS =
            Map.of("critical", 10, "serious", 5, "moderate", 2, "minor", 1);

    /** The batch's name. */
    public static final String ID = "0199a1b2-0000-7000-8000-00000000ba7c";

    @Override
    public ReportSubject subject() {
        return new ReportSubject(
                ReportSubject.Kind.BATCH, ID, "local", SampleResults.COMPLETED.plusSeconds(60));
    }

    @Override
    public void each(PageVisitor visitor) throws IOException {
        for (int page = 1; page <= pages; page++) {
            if (page % 17 == 0) {
                visitor.notSeen(unseen(page));
            } else {
                visitor.seen(page(page));
            }
        }
    }

    private static String scanId(int page) {
        return "0199a1b2-0000-7000-8000-%012d".formatted(page);
    }

    private static String url(int page) {
        return "https://shop.example/offers/%d?sort=price".formatted(page);
    }

    private static UnseenPage unseen(int page) {
        var at = SampleResults.COMPLETED.plusSeconds(page);
        return switch (page / 17 % 4) {
            case 0 ->
                    new UnseenPage(
                            scanId(page),
                            url(page),
                            "dead_lettered",
                            "http_error",
                            "The page answered with status 503.",
                            at);
            case 1 ->
                    new UnseenPage(
                            scanId(page),
                            url(page),
                            "dead_lettered",
                            "timeout",
                            "The page did not finish loading within 60 seconds.",
                            at);
            case 2 -> new UnseenPage(scanId(page), url(page), "cancelled", "", "", at);
            default -> new UnseenPage(scanId(page), url(page), "dispatched", "", "", at);
        };
    }

    private static ReportDocument page(int page) {
        var violations = new ArrayList<Finding>();
        if (page % 9 != 0) {
            violations.add(
                    finding(
                            "label",
                            List.of(
                                    node(
                                            "header > form > input",
                                            "<input type=\"search\" placeholder=\"Search\">",
                                            fingerprint("search", 0)))));
            violations.add(
                    finding(
                            "target-size",
                            IntStream.rangeClosed(1, 6)
                                    .mapToObj(link ->
                                            node(
                                                    ".pager > a:nth-child(%d)".formatted(link),
                                                    "<a href=\"?page=%1$d\">%1$d</a>"
                                                            .formatted(link),
                                                    fingerprint("pager", link)))
                                    .toList()));
        }
        if (page % 3 == 0 && page % 9 != 0) {
            violations.add(
                    finding(
                            "color-contrast",
                            IntStream.rangeClosed(1, 1 + page % 7)
                                    .mapToObj(card ->
                                            node(
                                                    (page > 200
                                                                    ? ".of-" + letters(page % 60)
                                                                    : ".card")
                                                            + ":nth-child(%d) > .was"
                                                                    .formatted(card),
                                                    "<span class=\"was\">£%d.00</span>"
                                                            .formatted(40 + card),
                                                    fingerprint("offer " + page, card)))
                                    .toList()));
        }
        var validity = page % 23 == 0 ? "suspect" : page % 29 == 0 ? "partial" : "valid";
        var warnings =
                switch (validity) {
                    case "suspect" ->
                            List.of("The page reads like an error page ('Page not found').");
                    case "partial" ->
                            List.of(
                                    "1 of 3 frames was not scanned: https://ads.example/banner did not answer.");
                    default -> List.<String>of();
                };
        var needsReview = page % 5 == 0 ? BASE.needsReview() : List.<Finding>of();
        return new ReportDocument(
                BASE.schemaVersion(),
                scanId(page),
                BASE.requestId(),
                BASE.client(),
                url(page),
                url(page),
                "Offer %,d – Nordlicht Outdoor".formatted(page),
                BASE.language(),
                200,
                BASE.standard(),
                BASE.engine(),
                BASE.browser(),
                BASE.submittedAt(),
                BASE.completedAt().plusSeconds(page),
                1,
                List.of(),
                validity,
                validity.equals("suspect") ? null : score(violations),
                new Summary(
                        "Verdict.",
                        violations.size(),
                        occurrences(violations),
                        needsReview.size(),
                        occurrences(needsReview),
                        30,
                        40),
                violations,
                needsReview,
                warnings,
                900,
                false,
                template(page),
                Map.of(),
                null,
                null);
    }

    /**
     * One in ten pages is of another template, some workers tell none, and later there are many.
     */
    private static String template(int page) {
        if (page > 200) {
            return "%016x".formatted(page % 60);
        }
        return page % 31 == 0 ? "" : page % 10 == 0 ? "a11ce5a11ce5a11c" : "0ffe50ffe50ffe50";
    }

    private static String letters(int number) {
        return "" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
    }

    private static int score(List<Finding> violations) {
        double burden = 0;
        for (Finding violation : violations) {
            burden +=
                    WEIGHTS.getOrDefault(violation.impact(), 1)
                            * (1 + Math.log10(violation.nodeCount()));
        }
        return (int) (3000 / (30 + burden));
    }

    private static int occurrences(List<Finding> findings) {
        return findings.stream().mapToInt(Finding::nodeCount).sum();
    }

    private static Finding finding(String rule, List<Node> nodes) {
        var like =
                BASE.violations().stream()
                        .filter(finding -> finding.rule().equals(rule))
                        .findFirst()
                        .orElseThrow();
        return new Finding(
                rule,
                like.impact(),
                like.help(),
                like.helpUrl(),
                like.description(),
                like.successCriteria(),
                like.tags(),
                nodes.size(),
                nodes);
    }

    private static Node node(String path, String html, String fingerprint) {
        return new Node(
                List.of(path),
                html,
                "Fix any of the following:\n  Mend it",
                "serious",
                fingerprint,
                null,
                null);
    }

    private static String fingerprint(String what, int which) {
        return "%032x".formatted((long) what.hashCode() * 31 + which & Long.MAX_VALUE);
    }
}

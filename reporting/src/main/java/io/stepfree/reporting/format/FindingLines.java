package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.util.List;

/**
 * Makes lines of pages: one for the page, seen or not, and after it one for each occurrence of each
 * rule, the violations first.
 */
final class FindingLines implements PageVisitor {

    /** The kinds of lines. */
    static final String PAGE = "page";

    static final String VIOLATION = "violation";
    static final String NEEDS_REVIEW = "needs_review";

    private final Sink sink;

    /** Takes a line. */
    interface Sink {
        void take(FindingLine line) throws IOException;
    }

    FindingLines(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void seen(ReportDocument page) throws IOException {
        sink.take(page(page));
        for (Finding finding : page.violations()) {
            lines(VIOLATION, page, finding);
        }
        for (Finding finding : page.needsReview()) {
            lines(NEEDS_REVIEW, page, finding);
        }
    }

    @Override
    public void notSeen(UnseenPage page) throws IOException {
        sink.take(
                new FindingLine(
                        PAGE,
                        page.scanId(),
                        page.url(),
                        "no",
                        page.status(),
                        page.failure(),
                        null,
                        page.reason(),
                        List.of(),
                        "",
                        "",
                        0,
                        "",
                        "",
                        List.of(),
                        List.of(),
                        "",
                        "",
                        "",
                        "",
                        null,
                        null));
    }

    private static FindingLine page(ReportDocument page) {
        return new FindingLine(
                PAGE,
                page.scanId(),
                page.finalUrl(),
                page.validity(),
                "",
                "",
                page.score(),
                page.summary().verdict(),
                page.warnings(),
                "",
                "",
                0,
                "",
                "",
                List.of(),
                List.of(),
                "",
                "",
                "",
                "",
                null,
                null);
    }

    private void lines(String kind, ReportDocument page, Finding finding) throws IOException {
        for (Node node : finding.nodes()) {
            sink.take(element(kind, page, finding, node));
        }
        int leftOut = Leftover.of(finding);
        if (leftOut > 0) {
            sink.take(leftOut(kind, page, finding, leftOut));
        }
    }

    private static FindingLine element(
            String kind, ReportDocument page, Finding finding, Node node) {
        var contrast = node.contrast();
        return new FindingLine(
                kind,
                page.scanId(),
                page.finalUrl(),
                page.validity(),
                "",
                "",
                null,
                node.summary(),
                List.of(),
                finding.rule(),
                node.impact(),
                1,
                finding.help(),
                finding.helpUrl(),
                finding.successCriteria(),
                node.target(),
                node.html(),
                node.fingerprint(),
                contrast == null ? "" : contrast.foreground(),
                contrast == null ? "" : contrast.background(),
                contrast == null ? null : contrast.ratio(),
                contrast == null ? null : contrast.required());
    }

    private static FindingLine leftOut(
            String kind, ReportDocument page, Finding finding, int leftOut) {
        return new FindingLine(
                kind,
                page.scanId(),
                page.finalUrl(),
                page.validity(),
                "",
                "",
                null,
                Leftover.sentence(leftOut),
                List.of(),
                finding.rule(),
                finding.impact(),
                leftOut,
                finding.help(),
                finding.helpUrl(),
                finding.successCriteria(),
                List.of(),
                "",
                "",
                "",
                "",
                null,
                null);
    }
}

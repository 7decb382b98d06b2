package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;

/**
 * Makes lines of pages: one for the page, seen or not, and after it one for each occurrence of each
 * rule, the violations first.
 */
final class FindingLines implements PageVisitor {

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
        sink.take(FindingLine.of(page));
        for (Finding finding : page.violations()) {
            take(FindingLine.VIOLATION, page, finding);
        }
        for (Finding finding : page.needsReview()) {
            take(FindingLine.NEEDS_REVIEW, page, finding);
        }
    }

    @Override
    public void notSeen(UnseenPage page) throws IOException {
        sink.take(FindingLine.of(page));
    }

    private void take(String kind, ReportDocument page, Finding finding) throws IOException {
        for (Node node : finding.nodes()) {
            sink.take(FindingLine.of(kind, page, finding, node));
        }
        int leftOut = Leftover.of(finding);
        if (leftOut > 0) {
            sink.take(FindingLine.ofLeftover(kind, page, finding, leftOut));
        }
    }
}

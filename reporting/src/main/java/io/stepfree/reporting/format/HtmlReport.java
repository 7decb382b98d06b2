package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The pages as HTML. */
final class HtmlReport implements ReportWriter {

    private static final HtmlPage PAGE = new HtmlPage();

    /** A batch has no HTML yet; what makes it is called below once it is there. */
    static boolean writes(ReportSubject.Kind kind) {
        return kind == ReportSubject.Kind.SCAN;
    }

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        pages.each(
                new PageVisitor() {
                    @Override
                    public void seen(ReportDocument document) throws IOException {
                        out.write(PAGE.render(document).getBytes(StandardCharsets.UTF_8));
                    }

                    @Override
                    public void notSeen(UnseenPage unseen) {
                        throw new IllegalArgumentException(
                                "scan %s has no result to show".formatted(unseen.scanId()));
                    }
                });
        out.flush();
    }
}

package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.BatchPage;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;

/** A page as HTML, or several as one page about all of them. */
final class HtmlReport implements ReportWriter {

    private static final HtmlPage PAGE = new HtmlPage();
    private static final BatchPage BATCH = new BatchPage();

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        switch (pages.subject().kind()) {
            case SCAN -> pages.each(new Single(out));
            case BATCH -> BATCH.write(pages, out);
        }
        out.flush();
    }

    private record Single(OutputStream out) implements PageVisitor {

        @Override
        public void seen(ReportDocument document) throws IOException {
            seen(document, Overlay.NONE);
        }

        @Override
        public void seen(ReportDocument document, Overlay overlay) throws IOException {
            out.write(PAGE.render(document, overlay));
        }

        @Override
        public void notSeen(UnseenPage unseen) {
            throw new IllegalArgumentException(
                    "scan %s has no result to show".formatted(unseen.scanId()));
        }
    }
}

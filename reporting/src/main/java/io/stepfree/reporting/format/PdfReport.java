package io.stepfree.reporting.format;

import io.stepfree.reporting.pages.ReportedPages;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The page for people, printed.
 *
 * @param printer makes a PDF of it
 */
record PdfReport(Printer printer) implements ReportWriter {

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        printer.print(html -> new HtmlReport().write(pages, html), pages.subject().at(), out);
        out.flush();
    }
}

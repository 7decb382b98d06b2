package io.stepfree.reporting.page;

import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateException;
import gg.jte.TemplateOutput;
import gg.jte.output.WriterOutput;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes the report of a batch as one HTML file of the same kind as {@link HtmlPage}: no script,
 * nothing loaded, everything from a page escaped. Thread-safe.
 *
 * <p>Walks over the pages twice: once to add them up, and once to write the table of them. What it
 * holds meanwhile does not grow with the batch.
 */
public final class BatchPage {

    /** So many rows make a table of their own, so that a browser need not lay out all of them. */
    static final int ROWS = 250;

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    BatchPage.class.getClassLoader(),
                    "io.stepfree.reporting.template");

    private final UnaryOperator<String> reports;

    /** Links to the pages' reports where the gateway serves them, seen from the batch's own. */
    public BatchPage() {
        this(scanId ->
                "../../scans/%s/report.html"
                        .formatted(URLEncoder.encode(scanId, StandardCharsets.UTF_8)));
    }

    /**
     * @param reports gives the address of a scan's report, relative to the batch's
     */
    public BatchPage(UnaryOperator<String> reports) {
        this.reports = reports;
    }

    /** What every page of a batch lets in: its style sheet and nothing else. */
    public static String contentSecurityPolicy() {
        return StyleSheet.policy("");
    }

    /**
     * Writes the whole file as UTF-8 and flushes it; does not close the stream.
     *
     * @throws IOException if the stream or a walk over the pages fails; then part of the file may
     *     have been written
     */
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        var totals = new BatchTotals();
        pages.each(totals);
        var writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        Content table =
                output -> new Rows(totals.pages(), totals.changes().known(), output).write(pages);
        try {
            templates.render(
                    "batch.jte",
                    new BatchView(pages.subject(), totals, reports, table),
                    new WriterOutput(writer));
        } catch (TemplateException failed) {
            throw reason(failed);
        }
        writer.flush();
    }

    /** What broke, where a stream or a walk did; a template's own mistake goes on as it is. */
    private static IOException reason(TemplateException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException broken) {
                return broken;
            }
        }
        throw failed;
    }

    /**
     * Some of the pages, in a table of their own. It is public for the template only.
     *
     * @param lines the pages
     * @param first the number of the first of them, from 1
     * @param folded whether it is one of several tables
     * @param compared whether anybody looked at what has changed
     * @param reports gives the address of a scan's report
     */
    public record Chunk(
            List<PageLine> lines,
            int first,
            boolean folded,
            boolean compared,
            UnaryOperator<String> reports) {

        /** As "Pages 251 to 500". */
        public String range() {
            return "Pages %s to %s"
                    .formatted(Wording.number(first), Wording.number(first + lines.size() - 1));
        }

        /** The address of a page's own report. */
        public String reportOf(PageLine page) {
            return reports.apply(page.scanId());
        }
    }

    /** The second walk. */
    private final class Rows implements PageVisitor {

        private final int expected;
        private final boolean compared;
        private final TemplateOutput output;
        private final List<PageLine> lines = new ArrayList<>(ROWS);
        private int written;

        Rows(int expected, boolean compared, TemplateOutput output) {
            this.expected = expected;
            this.compared = compared;
            this.output = output;
        }

        void write(ReportedPages pages) {
            try {
                pages.each(this);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            flush();
            if (written != expected) {
                templates.render("batch-changed.jte", written, output);
            }
        }

        @Override
        public void seen(ReportDocument page) {
            seen(page, Overlay.NONE);
        }

        @Override
        public void seen(ReportDocument page, Overlay overlay) {
            add(PageLine.of(page, overlay));
        }

        @Override
        public void notSeen(UnseenPage page) {
            add(PageLine.of(page));
        }

        private void add(PageLine line) {
            lines.add(line);
            if (lines.size() == ROWS) {
                flush();
            }
        }

        private void flush() {
            if (lines.isEmpty()) {
                return;
            }
            templates.render(
                    "batch-pages.jte",
                    new Chunk(List.copyOf(lines), written + 1, expected > ROWS, compared, reports),
                    output);
            written += lines.size();
            lines.clear();
        }
    }
}

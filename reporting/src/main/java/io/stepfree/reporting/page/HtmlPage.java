package io.stepfree.reporting.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Overlay;

/**
 * Renders a report as one HTML file that works from anywhere: its style is inside, it has no
 * script, it loads nothing, its pictures are inside too, and its content security policy forbids
 * what a page could smuggle in. Everything that comes from the scanned page is escaped. The same
 * document gives the same bytes, and with the same laid over it. Thread-safe.
 */
public final class HtmlPage {

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    HtmlPage.class.getClassLoader(),
                    "io.stepfree.reporting.template");

    /** The whole file in UTF-8, of the report alone. */
    public byte[] render(ReportDocument document) {
        return render(document, Overlay.NONE);
    }

    /** The whole file in UTF-8, with what is known beside the report. */
    public byte[] render(ReportDocument document, Overlay overlay) {
        var output = new Utf8ByteOutput();
        templates.render("report.jte", new ReportPage(document, overlay), output);
        return output.toByteArray();
    }
}

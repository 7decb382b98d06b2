package io.stepfree.reporting.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Overlay;

/**
 * Renders a report as one HTML file that works from anywhere: its style is inside, it has no
 * script, it loads nothing, its pictures are inside too, and its content security policy forbids
 * what a page could smuggle in. Everything that comes from the scanned page is escaped. The same
 * document gives the same text, and with the same laid over it. Thread-safe.
 */
public final class HtmlPage {

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    HtmlPage.class.getClassLoader(),
                    "io.stepfree.reporting.template");

    /** The whole file, of the report alone, to be written as UTF-8. */
    public String render(ReportDocument document) {
        return render(document, Overlay.NONE);
    }

    /** The whole file, with what is known beside the report. */
    public String render(ReportDocument document, Overlay overlay) {
        var output = new StringOutput();
        templates.render("report.jte", new ReportPage(document, overlay), output);
        return output.toString();
    }
}

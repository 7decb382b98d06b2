package io.stepfree.reporting.format;

import io.stepfree.reporting.page.SuccessCriterion;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/**
 * A draft of an accessibility conformance report, as OpenACR 0.1.0 (GSA) writes it in YAML, for a
 * person to finish. Every criterion of WCAG 2.2 is in it. What an automated check has not proven to
 * fail is "not-evaluated", and never "supports"; {@link ConformanceTotals} says when a criterion
 * fails in part or for the most part.
 *
 * <p>Texts are quoted as in JSON, which YAML reads alike, so that none of a page is anything but a
 * text.
 */
final class OpenAcrReport implements ReportWriter {

    /** The edition of the form whose criteria these are. */
    private static final String CATALOG = "2.5-edition-wcag-2.2-en";

    private static final String TO_FILL_IN = "to be filled in";

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        var totals = new ConformanceTotals();
        pages.each(totals);
        var yaml = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        head(yaml, pages.subject(), totals);
        yaml.write("chapters:\n");
        for (String level : List.of("A", "AA", "AAA")) {
            chapter(yaml, level, totals);
        }
        yaml.flush();
    }

    private static void head(Writer yaml, ReportSubject subject, ConformanceTotals totals)
            throws IOException {
        String product =
                switch (subject.kind()) {
                    case SCAN -> totals.firstPage();
                    case BATCH -> "The pages of batch " + subject.id();
                };
        String date = subject.at().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        text(yaml, "", "title", product + " Accessibility Conformance Report (draft)");
        yaml.write("product:\n");
        text(yaml, "  ", "name", product);
        text(yaml, "  ", "description", totals.whatWasSeen());
        yaml.write("author:\n");
        text(yaml, "  ", "name", TO_FILL_IN);
        text(yaml, "  ", "email", TO_FILL_IN);
        text(yaml, "", "report_date", date);
        text(yaml, "", "last_modified_date", date);
        yaml.write("version: 1\n");
        text(
                yaml,
                "",
                "notes",
                "A draft that Stepfree made of automated checks. %s No criterion is said to be supported: a check that finds no failure proves none. A person has to look at every criterion that is not-evaluated before this is published, because for levels A and AA a finished report may not have it."
                        .formatted(totals.whatWasSeen()));
        text(
                yaml,
                "",
                "evaluation_methods_used",
                "Automated checks%s. No person has looked.".formatted(totals.engines()));
        text(yaml, "", "catalog", CATALOG);
    }

    private static void chapter(Writer yaml, String level, ConformanceTotals totals)
            throws IOException {
        yaml.write("  success_criteria_level_%s:\n".formatted(level.toLowerCase(Locale.ROOT)));
        yaml.write("    criteria:\n");
        for (SuccessCriterion criterion : SuccessCriterion.all()) {
            if (criterion.level().equals(level)) {
                yaml.write("      # %s\n".formatted(criterion.name()));
                text(yaml, "      - ", "num", criterion.number());
                yaml.write("        components:\n");
                text(yaml, "          - ", "name", "web");
                yaml.write("            adherence:\n");
                text(yaml, "              ", "level", totals.level(criterion.number()));
                text(yaml, "              ", "notes", totals.notes(criterion.number()));
            }
        }
    }

    private static void text(Writer yaml, String indent, String name, String text)
            throws IOException {
        yaml.write(indent + name + ": " + InertJson.quoted(InertText.of(text)) + "\n");
    }
}

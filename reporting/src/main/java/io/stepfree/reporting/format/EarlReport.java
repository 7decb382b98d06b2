package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.page.SuccessCriterion;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * The pages as EARL 1.0 in JSON-LD, in the context and the shape that the ACT Rules Community Group
 * reads: a test subject for each page, with its assertions inside.
 *
 * <p>A violation is earl:failed, what needs review earl:cantTell. A page of which a part was not
 * seen, or which may be another, has an assertion about the page as a whole that is earl:cantTell;
 * a page that was not seen has one that is earl:untested. What passed is only counted in a report,
 * so nothing is earl:passed; the number stands in the subject's description.
 */
final class EarlReport implements ReportWriter {

    private static final String CONTEXT = "https://act-rules.github.io/earl-context.json";
    private static final String ASSERTOR = "urn:stepfree:scanner";

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        try (var json = InertJson.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("@context", CONTEXT);
            json.writeArrayPropertyStart("@graph");
            json.writeStartObject();
            json.writeStringProperty("@id", ASSERTOR);
            array(json, "@type", List.of("Assertor", "Software"));
            json.writeStringProperty("name", "Stepfree");
            json.writeEndObject();
            pages.each(new Subjects(json));
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        out.flush();
    }

    private static void array(JsonGenerator json, String name, List<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    private record Subjects(JsonGenerator json) implements PageVisitor {

        @Override
        public void seen(ReportDocument page) {
            start(page.scanId(), page.finalUrl());
            if (!page.title().isEmpty()) {
                json.writeStringProperty("title", page.title());
            }
            json.writeStringProperty(
                    "description",
                    "%s Seen with %s in %s: %d rules passed and %d had nothing to look at; which ones is not kept."
                            .formatted(
                                    page.summary().verdict(),
                                    page.engine(),
                                    page.browser(),
                                    page.summary().passes(),
                                    page.summary().inapplicable()));
            json.writeArrayPropertyStart("assertions");
            if (!page.validity().equals("valid")) {
                whole(
                        page.standard(),
                        "cantTell",
                        page.validity().equals("partial")
                                ? "Parts of the page were not seen."
                                : "This may not be the page that was asked for.",
                        page.warnings(),
                        page.completedAt());
            }
            page.violations().forEach(finding -> rule(finding, "failed", page.completedAt()));
            page.needsReview().forEach(finding -> rule(finding, "cantTell", page.completedAt()));
            end();
        }

        @Override
        public void notSeen(UnseenPage page) {
            start(page.scanId(), page.url());
            json.writeStringProperty("description", "The page was not seen: " + page.status());
            json.writeArrayPropertyStart("assertions");
            whole(
                    "",
                    "untested",
                    "The page was not seen.",
                    page.reason().isEmpty() ? List.of() : List.of(page.reason()),
                    page.at());
            end();
        }

        private void start(String scanId, String url) {
            json.writeStartObject();
            array(json, "@type", List.of("TestSubject", "WebPage"));
            json.writeStringProperty("source", url);
            json.writeStringProperty("dct:identifier", scanId);
        }

        private void end() {
            json.writeEndArray();
            json.writeEndObject();
        }

        private void whole(
                String standard, String outcome, String what, List<String> why, Instant at) {
            startAssertion();
            json.writeObjectPropertyStart("test");
            json.writeStringProperty("@type", "TestRequirement");
            json.writeStringProperty("title", standard.isEmpty() ? "page-was-seen" : standard);
            json.writeEndObject();
            result(outcome, what + (why.isEmpty() ? "" : " " + String.join(" ", why)), at);
            json.writeEndObject();
            json.writeEndObject();
        }

        private void rule(Finding finding, String outcome, Instant at) {
            startAssertion();
            json.writeObjectPropertyStart("test");
            json.writeStringProperty("@type", "TestCase");
            WebAddress.of(finding.helpUrl()).ifPresent(url -> json.writeStringProperty("@id", url));
            json.writeStringProperty("title", finding.rule());
            json.writeStringProperty("description", finding.help());
            array(json, "isPartOf", requirements(finding));
            json.writeEndObject();
            int leftOut = Leftover.of(finding);
            result(
                    outcome,
                    "%s impact, %d %s.%s"
                            .formatted(
                                    finding.impact(),
                                    finding.nodeCount(),
                                    finding.nodeCount() == 1 ? "place" : "places",
                                    leftOut > 0 ? " " + Leftover.sentence(leftOut) : ""),
                    at);
            array(
                    json,
                    "pointer",
                    finding.nodes().stream()
                            .map(node -> String.join(" | ", node.target()))
                            .toList());
            json.writeEndObject();
            json.writeEndObject();
        }

        private void startAssertion() {
            json.writeStartObject();
            json.writeStringProperty("@type", "Assertion");
            json.writeStringProperty("assertedBy", ASSERTOR);
            json.writeStringProperty("mode", "earl:automatic");
        }

        /* Leaves it open. */
        private void result(String outcome, String description, Instant at) {
            json.writeObjectPropertyStart("result");
            json.writeStringProperty("@type", "TestResult");
            json.writeStringProperty("outcome", "earl:" + outcome);
            json.writeStringProperty("description", description);
            json.writeStringProperty("dct:date", at.toString());
        }

        /* By the handles of WCAG 2, as ACT writes them: WCAG2:contrast-minimum. */
        private static List<String> requirements(Finding finding) {
            return finding.successCriteria().stream()
                    .flatMap(number -> SuccessCriterion.of(number).stream())
                    .map(criterion ->
                            "WCAG2:"
                                    + criterion
                                            .address()
                                            .substring(criterion.address().lastIndexOf('/') + 1)
                                            .toLowerCase(Locale.ROOT))
                    .toList();
        }
    }
}

package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * The pages as test suites. The first test of each is whether the page was seen: an error where it
 * was not, or may be another page; skipped where only a part was. A rule that is violated is a
 * failure, one that needs a person's review is skipped. Rules that passed are only counted in a
 * report, so they are a property of the suite and no tests.
 */
final class JunitReport implements ReportWriter {

    private static final String SEEN = "page was seen";

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        try {
            var xml =
                    XMLOutputFactory.newFactory()
                            .createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            attribute(xml, "name", "Stepfree " + pages.subject().id());
            pages.each(new Suites(xml));
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.writeCharacters("\n");
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void attribute(XMLStreamWriter xml, String name, String value)
            throws XMLStreamException {
        xml.writeAttribute(name, InertText.of(value));
    }

    /** How the test of whether a page was seen ends. */
    private record Doubt(String element, String type, String message, List<String> why) {

        static @Nullable Doubt of(ReportDocument page) {
            return switch (page.validity()) {
                case "valid" -> null;
                case "partial" ->
                        new Doubt(
                                "skipped",
                                "partial",
                                "Parts of the page were not seen.",
                                page.warnings());
                default ->
                        new Doubt(
                                "error",
                                page.validity(),
                                "This may not be the page that was asked for.",
                                page.warnings());
            };
        }
    }

    private record Suites(XMLStreamWriter xml) implements PageVisitor {

        @Override
        public void seen(ReportDocument page) throws IOException {
            try {
                suite(page);
            } catch (XMLStreamException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void notSeen(UnseenPage page) throws IOException {
            try {
                start(page.url(), page.at(), 1, 0, 1, 0);
                property("scanId", page.scanId());
                property("seen", "no");
                property("status", page.status());
                xml.writeEndElement();
                var why = page.reason().isEmpty() ? List.<String>of() : List.of(page.reason());
                String type = page.failure().isEmpty() ? page.status() : page.failure();
                seenTest(page.url(), new Doubt("error", type, "The page was not seen.", why));
                xml.writeEndElement();
            } catch (XMLStreamException e) {
                throw new IOException(e);
            }
        }

        private void suite(ReportDocument page) throws XMLStreamException {
            int failures = page.violations().size();
            int reviews = page.needsReview().size();
            Doubt doubt = Doubt.of(page);
            boolean error = doubt != null && doubt.element().equals("error");
            boolean skipped = doubt != null && !error;
            start(
                    page.finalUrl(),
                    page.completedAt(),
                    1 + failures + reviews,
                    failures,
                    error ? 1 : 0,
                    reviews + (skipped ? 1 : 0));
            property("scanId", page.scanId());
            property("seen", page.validity());
            property("score", String.valueOf(page.score() == null ? "none" : page.score()));
            property("engine", page.engine());
            property("passedRules", Integer.toString(page.summary().passes()));
            property("inapplicableRules", Integer.toString(page.summary().inapplicable()));
            xml.writeEndElement();
            seenTest(page.finalUrl(), doubt);
            for (Finding finding : page.violations()) {
                ruleTest(page.finalUrl(), finding, "failure");
            }
            for (Finding finding : page.needsReview()) {
                ruleTest(page.finalUrl(), finding, "skipped");
            }
            line(1);
            xml.writeStartElement("system-out");
            text(page.summary().verdict());
            for (String warning : page.warnings()) {
                text("\nWarning: " + warning);
            }
            xml.writeEndElement();
            line(1);
            xml.writeEndElement();
        }

        /* Leaves the properties open. */
        private void start(
                String page, Instant at, int tests, int failures, int errors, int skipped)
                throws XMLStreamException {
            line(0);
            xml.writeStartElement("testsuite");
            attribute(xml, "name", page);
            attribute(xml, "timestamp", at.toString());
            attribute(xml, "tests", Integer.toString(tests));
            attribute(xml, "failures", Integer.toString(failures));
            attribute(xml, "errors", Integer.toString(errors));
            attribute(xml, "skipped", Integer.toString(skipped));
            line(1);
            xml.writeStartElement("properties");
        }

        private void property(String name, String value) throws XMLStreamException {
            line(2);
            xml.writeEmptyElement("property");
            attribute(xml, "name", name);
            attribute(xml, "value", value);
        }

        private void seenTest(String page, @Nullable Doubt doubt) throws XMLStreamException {
            startTest(page, SEEN);
            if (doubt != null) {
                line(2);
                xml.writeStartElement(doubt.element());
                attribute(xml, "type", doubt.type());
                attribute(xml, "message", doubt.message());
                text(String.join("\n", doubt.why()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }

        private void ruleTest(String page, Finding finding, String outcome)
                throws XMLStreamException {
            startTest(page, finding.rule());
            line(2);
            xml.writeStartElement(outcome);
            attribute(xml, "type", outcome.equals("failure") ? finding.impact() : "needs-review");
            attribute(
                    xml,
                    "message",
                    "%s: %d %s"
                            .formatted(
                                    finding.help(),
                                    finding.nodeCount(),
                                    finding.nodeCount() == 1 ? "place" : "places"));
            for (Node node : finding.nodes()) {
                text("%s\n%s\n%s\n\n".formatted(where(node), node.html(), node.summary()));
            }
            int leftOut = Leftover.of(finding);
            if (leftOut > 0) {
                text(Leftover.sentence(leftOut) + "\n");
            }
            text(finding.helpUrl());
            xml.writeEndElement();
            xml.writeEndElement();
        }

        private static String where(Node node) {
            String place = String.join(" | ", node.target());
            return node.fingerprint().isEmpty() ? place : place + " (" + node.fingerprint() + ")";
        }

        private void startTest(String page, String name) throws XMLStreamException {
            line(1);
            xml.writeStartElement("testcase");
            attribute(xml, "classname", page);
            attribute(xml, "name", name);
        }

        private void text(String text) throws XMLStreamException {
            xml.writeCharacters(InertText.of(text));
        }

        private void line(int depth) throws XMLStreamException {
            xml.writeCharacters("\n" + "  ".repeat(depth + 1));
        }
    }
}

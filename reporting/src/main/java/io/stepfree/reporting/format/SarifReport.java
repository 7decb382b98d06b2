package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The pages as a run in SARIF 2.1.0. A violated element is a result of the kind fail, one that
 * needs review of the kind review and the level none. A page that was not seen, or may be another
 * one, is an error among the notifications, and the run was then not successful; a warning about a
 * page is a warning there.
 *
 * <p>Notifications and rules stand behind the results, since only then are all of them known. The
 * notifications of many pages wait on disk.
 */
final class SarifReport implements ReportWriter {

    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private static final String NOT_SEEN = "page-not-seen";
    private static final String SUSPECT = "page-suspect";
    private static final String WARNING = "page-warning";

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        try (var aside = new Aside();
                var json = InertJson.generator(out);
                var notifications = InertJson.generator(aside.out())) {
            var subject = pages.subject();
            json.writeStartObject();
            json.writeStringProperty("$schema", SCHEMA);
            json.writeStringProperty("version", "2.1.0");
            json.writeArrayPropertyStart("runs");
            json.writeStartObject();
            json.writeObjectPropertyStart("automationDetails");
            json.writeStringProperty(
                    "id",
                    "stepfree/%s/%s"
                            .formatted(
                                    subject.kind().name().toLowerCase(Locale.ROOT), subject.id()));
            json.writeEndObject();
            json.writeStringProperty("columnKind", "utf16CodeUnits");
            json.writeArrayPropertyStart("results");
            notifications.writeStartArray();
            var run = new Run(json, notifications);
            pages.each(run);
            notifications.writeEndArray();
            notifications.flush();
            json.writeEndArray();
            tool(json, run);
            json.writeArrayPropertyStart("invocations");
            json.writeStartObject();
            json.writeBooleanProperty("executionSuccessful", run.successful);
            json.writeStringProperty("endTimeUtc", subject.at().toString());
            json.writeName("toolExecutionNotifications");
            // An empty raw value makes it write the colon; the bytes come from the file.
            json.writeRawValue("");
            json.flush();
            aside.copyTo(out);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        out.flush();
    }

    private static void tool(JsonGenerator json, Run run) {
        json.writeObjectPropertyStart("tool");
        json.writeObjectPropertyStart("driver");
        json.writeStringProperty("name", "Stepfree");
        json.writeArrayPropertyStart("rules");
        run.rules.write(json);
        json.writeEndArray();
        json.writeArrayPropertyStart("notifications");
        descriptor(json, NOT_SEEN, "A page was not seen, so nothing is known about it.");
        descriptor(json, SUSPECT, "What was seen may not be the page that was asked for.");
        descriptor(json, WARNING, "Something to know before believing the numbers of a page.");
        json.writeEndArray();
        json.writeEndObject();
        json.writeArrayPropertyStart("extensions");
        for (String engine : run.engines) {
            json.writeStartObject();
            json.writeStringProperty("name", engine);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void descriptor(JsonGenerator json, String id, String text) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeObjectPropertyStart("shortDescription");
        json.writeStringProperty("text", text);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** What was found, and what is to be told of the run. */
    private static final class Run implements PageVisitor {

        private final JsonGenerator json;
        private final JsonGenerator notifications;
        private final SarifRules rules = new SarifRules();
        private final Set<String> engines = new TreeSet<>();
        private boolean successful = true;

        Run(JsonGenerator json, JsonGenerator notifications) {
            this.json = json;
            this.notifications = notifications;
        }

        @Override
        public void seen(ReportDocument page) {
            engines.add(page.engine());
            if (page.mayBeAnotherPage()) {
                successful = false;
                notification(
                        SUSPECT, "error", page.scanId(), page.finalUrl(), page.summary().verdict());
            }
            for (String warning : page.warnings()) {
                notification(WARNING, "warning", page.scanId(), page.finalUrl(), warning);
            }
            page.violations().forEach(finding -> results(page, finding, true));
            page.needsReview().forEach(finding -> results(page, finding, false));
        }

        @Override
        public void notSeen(UnseenPage page) {
            successful = false;
            notification(
                    NOT_SEEN,
                    "error",
                    page.scanId(),
                    page.url(),
                    "The page was not seen: its scan is %s.%s"
                            .formatted(
                                    page.status(),
                                    page.reason().isEmpty()
                                            ? ""
                                            : " %s: %s".formatted(page.failure(), page.reason())));
        }

        private void notification(String id, String level, String scanId, String url, String text) {
            notifications.writeStartObject();
            notifications.writeObjectPropertyStart("descriptor");
            notifications.writeStringProperty("id", id);
            notifications.writeEndObject();
            notifications.writeStringProperty("level", level);
            message(notifications, text);
            notifications.writeArrayPropertyStart("locations");
            location(notifications, url, null);
            notifications.writeEndArray();
            properties(notifications, scanId, url);
            notifications.writeEndObject();
        }

        private void results(ReportDocument page, Finding finding, boolean violated) {
            for (Node node : finding.nodes()) {
                result(page, finding, violated, node, node.summary());
            }
            int leftOut = Leftover.of(finding);
            if (leftOut > 0) {
                result(page, finding, violated, null, Leftover.sentence(leftOut));
            }
        }

        private void result(
                ReportDocument page,
                Finding finding,
                boolean violated,
                @Nullable Node node,
                String text) {
            json.writeStartObject();
            json.writeStringProperty("ruleId", finding.rule());
            json.writeNumberProperty("ruleIndex", rules.place(finding));
            json.writeStringProperty("kind", violated ? "fail" : "review");
            json.writeStringProperty(
                    "level",
                    violated
                            ? SarifRules.level(node == null ? finding.impact() : node.impact())
                            : "none");
            message(json, finding.help() + "\n" + text);
            json.writeArrayPropertyStart("locations");
            location(json, page.finalUrl(), node);
            json.writeEndArray();
            if (node != null && !node.fingerprint().isEmpty()) {
                json.writeObjectPropertyStart("partialFingerprints");
                json.writeStringProperty("stepfree/v1", node.fingerprint());
                json.writeEndObject();
            }
            json.writeObjectPropertyStart("properties");
            json.writeStringProperty("scanId", page.scanId());
            json.writeStringProperty("url", page.finalUrl());
            json.writeStringProperty("seen", page.validity());
            if (node == null) {
                json.writeNumberProperty("leftOut", Leftover.of(finding));
            } else {
                json.writeStringProperty("html", node.html());
            }
            json.writeEndObject();
            json.writeEndObject();
        }

        private static void message(JsonGenerator to, String text) {
            to.writeObjectPropertyStart("message");
            to.writeStringProperty("text", SarifText.of(text));
            to.writeEndObject();
        }

        private static void properties(JsonGenerator to, String scanId, String url) {
            to.writeObjectPropertyStart("properties");
            to.writeStringProperty("scanId", scanId);
            to.writeStringProperty("url", url);
            to.writeEndObject();
        }

        /*
         * Code scanning takes files of a repository only, so the address is a path without a
         * scheme; the whole one, and one that is none, stands among the properties.
         */
        private static void location(JsonGenerator to, String url, @Nullable Node node) {
            to.writeStartObject();
            WebAddress.withoutScheme(url).ifPresent(path -> physical(to, path, node));
            if (node != null && !node.target().isEmpty()) {
                to.writeArrayPropertyStart("logicalLocations");
                to.writeStartObject();
                to.writeStringProperty("fullyQualifiedName", String.join(" | ", node.target()));
                to.writeStringProperty("kind", "element");
                to.writeEndObject();
                to.writeEndArray();
            }
            to.writeEndObject();
        }

        private static void physical(JsonGenerator to, String path, @Nullable Node node) {
            to.writeObjectPropertyStart("physicalLocation");
            to.writeObjectPropertyStart("artifactLocation");
            to.writeStringProperty("uri", path);
            to.writeEndObject();
            if (node != null) {
                to.writeObjectPropertyStart("region");
                // A rendered page has no lines; the first stands for it, since one is asked for.
                to.writeNumberProperty("startLine", 1);
                to.writeObjectPropertyStart("snippet");
                to.writeStringProperty("text", node.html());
                to.writeEndObject();
                to.writeEndObject();
            }
            to.writeEndObject();
        }
    }
}

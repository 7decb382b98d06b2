package io.stepfree.reporting.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * All that is kept. Of a scan it is the document itself; of a batch, documents and pages that were
 * not seen in one array, in the order of the pages, and the sums after it.
 */
final class JsonReport implements ReportWriter {

    /** The version of a batch's shape; that of a document is its own. */
    private static final int SCHEMA_VERSION = 1;

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        if (pages.subject().kind() == ReportSubject.Kind.SCAN) {
            pages.each(new Alone(out));
        } else {
            try (var json = InertJson.generator(out)) {
                writeMany(pages, json);
            }
        }
        out.flush();
    }

    private static void writeMany(ReportedPages pages, JsonGenerator json) throws IOException {
        var subject = pages.subject();
        json.writeStartObject();
        json.writeNumberProperty("schemaVersion", SCHEMA_VERSION);
        json.writeObjectPropertyStart("subject");
        json.writeStringProperty("kind", subject.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("id", subject.id());
        json.writeStringProperty("client", subject.client());
        json.writeStringProperty("at", subject.at().toString());
        json.writeEndObject();
        json.writeArrayPropertyStart("pages");
        var totals = new Totals(subject);
        pages.each(
                totals.also(
                        new PageVisitor() {
                            @Override
                            public void seen(ReportDocument page) {
                                json.writePOJO(new Page(true, page, null));
                            }

                            @Override
                            public void notSeen(UnseenPage page) {
                                json.writePOJO(new Page(false, null, page));
                            }
                        }));
        json.writeEndArray();
        json.writePOJOProperty("totals", totals.json());
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /**
     * A page of a batch: either what was found or why nothing was.
     *
     * @param seen whether there is a report
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(boolean seen, @Nullable ReportDocument report, @Nullable UnseenPage notSeen) {}

    private record Alone(OutputStream out) implements PageVisitor {
        @Override
        public void seen(ReportDocument page) throws IOException {
            out.write(ReportJson.write(page).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void notSeen(UnseenPage page) {
            throw new IllegalArgumentException(
                    "scan %s has no result to write".formatted(page.scanId()));
        }
    }
}

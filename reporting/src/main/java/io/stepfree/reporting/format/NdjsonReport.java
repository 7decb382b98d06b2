package io.stepfree.reporting.format;

import io.stepfree.reporting.pages.ReportedPages;
import java.io.IOException;
import java.io.OutputStream;

/** The lines as NDJSON: each a JSON object, each ended by a line feed. */
final class NdjsonReport implements ReportWriter {

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        // Between values there is nothing by itself.
        try (var json = InertJson.lines(out)) {
            pages.each(
                    new FindingLines(line -> {
                        json.writePOJO(line);
                        json.writeRaw('\n');
                    }));
        }
        out.flush();
    }
}

package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.ScanView;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes how scans ended for a machine, as {@code scan-output.schema.json} says. */
public final class ScanJson {

    /** The version of the shape, raised when a reader of the old one would be misled. */
    static final int SCHEMA_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ScanJson() {}

    /** One JSON document, indented. */
    public static String of(List<ScanView> scans) {
        var output = JSON.createObjectNode().put("schemaVersion", SCHEMA_VERSION);
        var list = output.putArray("scans");
        for (var scan : scans) {
            scan(list.addObject(), scan);
        }
        var tally = Tally.of(scans);
        output.putObject("summary")
                .put("scanned", tally.scanned())
                .put("partial", tally.partial())
                .put("suspect", tally.suspect())
                .put("violations", tally.violations())
                .put("needsReview", tally.needsReview())
                .put("notScanned", tally.notScanned());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(output);
    }

    private static void scan(ObjectNode node, ScanView scan) {
        node.put("scanId", scan.id())
                .put("requestId", scan.requestId())
                .put("url", scan.url())
                .put("status", scan.status());
        node.set("report", scan.report() == null ? JSON.nullNode() : scan.report());
        var failure = scan.failure();
        if (failure == null || scan.report() != null) {
            node.putNull("failure");
        } else {
            node.putObject("failure")
                    .put("type", failure.type())
                    .put("message", failure.message())
                    .put("httpStatus", failure.httpStatus());
        }
        var files = scan.reportFiles();
        if (files == null) {
            node.putNull("reportFiles");
        } else {
            node.putObject("reportFiles").put("html", files.html()).put("json", files.json());
        }
    }
}

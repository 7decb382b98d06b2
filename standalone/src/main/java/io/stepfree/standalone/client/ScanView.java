package io.stepfree.standalone.client;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a scan stands, as the gateway tells it.
 *
 * @param id the scan's id
 * @param requestId the id of the HTTP request that submitted it
 * @param url the page
 * @param status accepted, dispatched, retrying, completed, dead_lettered or cancelled
 * @param attempt the newest attempt's number; 0 before the first
 * @param failure the newest failure
 * @param report the report document, once it is published
 * @param reportFiles where the rendered report lies
 */
public record ScanView(
        String id,
        String requestId,
        String url,
        String status,
        int attempt,
        @Nullable Failure failure,
        @Nullable JsonNode report,
        @Nullable ReportFiles reportFiles) {

    /**
     * Why an attempt failed.
     *
     * @param type the kind, in lower case
     * @param message one sentence
     * @param httpStatus what the page answered with, where that is the reason
     */
    public record Failure(String type, String message, @Nullable Integer httpStatus) {
        public Failure {
            type = type.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The files of a rendered report.
     *
     * @param html the self-contained page
     * @param json the document
     */
    public record ReportFiles(@Nullable String html, @Nullable String json) {}

    /** The same scan with its rendered report in another place. */
    public ScanView reportedIn(ReportFiles files) {
        return new ScanView(id, requestId, url, status, attempt, failure, report, files);
    }

    /** Whether there is nothing more to wait for: it failed for good, or its report is there. */
    public boolean ended() {
        return switch (status) {
            case "dead_lettered", "cancelled" -> true;
            case "completed" -> report != null;
            default -> false;
        };
    }
}

package io.stepfree.gateway.scans;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.live.Mark;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a scan stands, as clients see it; the components are the JSON fields. What the acceptance
 * told is absent as long as the projection has seen only later events.
 *
 * @param id the scan's id
 * @param url the page
 * @param batch the batch that it is part of
 * @param secondLookOf the scan because of which this one was ordered: something was new on the page
 * @param status accepted, dispatched, retrying, completed, dead_lettered or cancelled
 * @param standard the conformance target
 * @param priority high or low
 * @param attempt the newest attempt's number; 0 before the first
 * @param score the score of its report, 0 to 100
 * @param requestId the id of the HTTP request that submitted it
 * @param submittedAt when it was accepted
 * @param updatedAt when the status last changed
 * @param nextAttemptAt when the next attempt is due, while retrying
 * @param failure the newest failure as projected, a JSON object
 * @param report the report as stored, a JSON object; only when one scan is asked for
 * @param reportFiles where the rendered report lies; only when one scan is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScanStatus(
        String id,
        @Nullable String url,
        @Nullable String batch,
        @Nullable String secondLookOf,
        String status,
        @Nullable String standard,
        @Nullable String priority,
        int attempt,
        @Nullable Integer score,
        String requestId,
        @Nullable Instant submittedAt,
        Instant updatedAt,
        @Nullable Instant nextAttemptAt,
        @JsonRawValue @Nullable String failure,
        @JsonRawValue @Nullable String report,
        @Nullable ReportFiles reportFiles) {

    /**
     * The files of a rendered report.
     *
     * @param html the self-contained page
     * @param json the document
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ReportFiles(@Nullable String html, @Nullable String json) {}

    /** How far it is; its report counts from when it can be read. */
    Mark mark() {
        return Mark.ofScan(status, attempt, reportFiles != null);
    }

    /** Why it failed, for a person: the newest failure's type and message. */
    String whyFailed() {
        JsonNode told = JsonMapper.shared().readTree(failure == null ? "{}" : failure);
        return "%s: %s"
                .formatted(
                        told.path("type").asString("unknown"), told.path("message").asString(""));
    }

    /** What is known of a scan that was accepted but is not projected yet. */
    static ScanStatus justAccepted(ScanRequest scan) {
        return new ScanStatus(
                scan.getScanId(),
                scan.getUrl(),
                BatchIds.toClient(scan.getBatchId()),
                null,
                "accepted",
                scan.getStandard(),
                scan.getPriority().name().toLowerCase(Locale.ROOT),
                0,
                null,
                scan.getRequestId(),
                scan.getSubmittedAt(),
                scan.getSubmittedAt(),
                null,
                null,
                null,
                null);
    }
}

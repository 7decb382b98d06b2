package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.topic.Topics;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class ReadingScansTest {

    private static final String FIRST = "01890a5d-ac96-774b-bcce-b302099a8001";
    private static final String SECOND = "01890a5d-ac96-774b-bcce-b302099a8002";
    private static final String THIRD = "01890a5d-ac96-774b-bcce-b302099a8003";

    private final RunningGateway gateway;

    ReadingScansTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createScript(
                                        """
                                        TRUNCATE reports.scan_status_view, reports.report_view,
                                        dead_letters.dead_letter_view, dead_letters.unreadable_view
                                        """)
                                .execute());
    }

    @Test
    void aCompletedScanComesWithItsReport() {
        scan(FIRST, "completed", "2026-01-01T10:00:00.123Z", null, null);
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "INSERT INTO reports.report_view VALUES (?, ?::jsonb, ?, ?, now())",
                            FIRST,
                            "{\"violations\": [{\"rule\": \"image-alt\", \"html\": \"<img>\"}]}",
                            "a/report.html",
                            "a/report.json");
                    handle.execute(
                            "UPDATE reports.scan_status_view SET batch_id = 'audit-7', score = 53");
                });

        Answer answer = gateway.get("/api/scans/" + FIRST);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode scan = answer.json();
        assertThat(scan.path("id").asString()).isEqualTo(FIRST);
        assertThat(scan.path("url").asString()).isEqualTo("https://example.com/" + FIRST);
        assertThat(scan.path("status").asString()).isEqualTo("completed");
        assertThat(scan.path("standard").asString()).isEqualTo("wcag22aa");
        assertThat(scan.path("priority").asString()).isEqualTo("high");
        assertThat(scan.path("attempt").asInt()).isEqualTo(2);
        assertThat(scan.path("batch").asString()).isEqualTo("audit-7");
        assertThat(scan.path("score").asInt()).isEqualTo(53);
        assertThat(scan.path("requestId").asString()).isEqualTo("request-1");
        assertThat(scan.path("submittedAt").asString()).isEqualTo("2026-01-01T10:00:00.123Z");
        assertThat(scan.path("updatedAt").asString()).isEqualTo("2026-01-01T10:00:05.123Z");
        assertThat(scan.path("report").path("violations").path(0).path("rule").asString())
                .isEqualTo("image-alt");
        assertThat(scan.path("reportFiles").path("html").asString()).isEqualTo("a/report.html");
        assertThat(scan.path("reportFiles").path("json").asString()).isEqualTo("a/report.json");
        assertThat(scan.has("failure")).isFalse();
        assertThat(scan.has("nextAttemptAt")).isFalse();
    }

    @Test
    void aRetryingScanSaysWhyAndWhen() {
        scan(
                FIRST,
                "retrying",
                "2026-01-01T10:00:00Z",
                "2026-01-01T10:00:09Z",
                "{\"type\": \"http_error\", \"message\": \"answered 503\", \"httpStatus\": 503}");

        JsonNode scan = gateway.get("/api/scans/" + FIRST).json();

        assertThat(scan.path("status").asString()).isEqualTo("retrying");
        assertThat(scan.path("nextAttemptAt").asString()).isEqualTo("2026-01-01T10:00:09Z");
        assertThat(scan.path("failure").path("type").asString()).isEqualTo("http_error");
        assertThat(scan.path("failure").path("message").asString()).isEqualTo("answered 503");
        assertThat(scan.path("failure").path("httpStatus").asInt()).isEqualTo(503);
        assertThat(scan.has("report")).isFalse();
    }

    @Test
    void theProjectionIsBelievedOverWhatTheGatewayRemembers() {
        String id =
                gateway.post("/api/scans", "{\"url\": \"https://example.com/\"}")
                        .json()
                        .path("id")
                        .asString();
        scan(id, "dispatched", "2026-01-01T10:00:00Z", null, null);

        assertThat(gateway.get("/api/scans/" + id).json().path("status").asString())
                .isEqualTo("dispatched");
    }

    @Test
    void anIdMayBeWrittenInCapitals() {
        scan(FIRST, "accepted", "2026-01-01T10:00:00Z", null, null);

        assertThat(
                        gateway.get("/api/scans/" + FIRST.toUpperCase(Locale.ROOT))
                                .json()
                                .path("id")
                                .asString())
                .isEqualTo(FIRST);
    }

    @Test
    void scansAreCountedByStatus() {
        scan(FIRST, "completed", "2026-01-01T10:00:00Z", null, null);
        scan(SECOND, "completed", "2026-01-01T10:00:00Z", null, null);
        scan(THIRD, "dead_lettered", "2026-01-01T10:00:00Z", null, null);
        DeadLettersTest.bury(gateway, THIRD, 0, "dead");
        DeadLettersTest.bury(gateway, SECOND, 0, "replayed");
        DeadLettersTest.keepUnreadable(gateway, 1);
        DeadLettersTest.keepUnreadable(gateway, 2);

        JsonNode status = gateway.get("/api/status").json();

        assertThat(status.path("scans").propertyNames())
                .containsExactly(
                        "accepted",
                        "dispatched",
                        "retrying",
                        "completed",
                        "dead_lettered",
                        "cancelled");
        assertThat(status.path("scans").path("completed").asInt()).isEqualTo(2);
        assertThat(status.path("scans").path("dead_lettered").asInt()).isEqualTo(1);
        assertThat(status.path("scans").path("accepted").asInt()).isZero();
        assertThat(status.path("deadLetters").asInt()).isEqualTo(1);
        assertThat(status.path("unreadable").asInt()).isEqualTo(2);
    }

    @Test
    void aProjectedScanThatRunsCanBeCancelled() {
        scan(FIRST, "dispatched", "2026-01-01T10:00:00Z", null, null);

        assertThat(gateway.delete("/api/scans/" + FIRST).status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "dead_lettered", "cancelled"})
    void aScanThatHasEndedCannotBeCancelled(String status) {
        scan(FIRST, status, "2026-01-01T10:00:00Z", null, null);
        long before = gateway.published(Topics.SCAN_REQUESTS);

        gateway.delete("/api/scans/" + FIRST).problem(409, "conflict");

        assertThat(gateway.published(Topics.SCAN_REQUESTS)).isEqualTo(before);
    }

    @Test
    void aScanOfWhichItIsNotKnownYetWhoseItIsIsShownToNobody() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, status, attempt, updated_at)
                                VALUES (?, 'request-1', 'dispatched', 1, now())
                                """,
                                FIRST));

        gateway.get("/api/scans/" + FIRST).problem(404, "not-found");
        gateway.delete("/api/scans/" + FIRST).problem(404, "not-found");
    }

    @Test
    void anUnknownScanCannotBeCancelled() {
        gateway.delete("/api/scans/" + FIRST).problem(404, "not-found");
        gateway.delete("/api/scans/no-id").problem(404, "not-found");
    }

    private void scan(
            String id,
            String status,
            String submittedAt,
            @Nullable String nextAttemptAt,
            @Nullable String failure) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createUpdate(
                                        """
                                        INSERT INTO reports.scan_status_view VALUES (:id, 'request-1', 'local',
                                        :url, 'example.com', 'wcag22aa', 'HIGH', :status, 2,
                                        :submitted::timestamptz, :updated::timestamptz,
                                        :next::timestamptz, :failure::jsonb)
                                        """)
                                .bind("id", id)
                                .bind("url", "https://example.com/" + id)
                                .bind("status", status)
                                .bind("submitted", submittedAt)
                                .bind(
                                        "updated",
                                        Instant.parse(submittedAt).plusSeconds(5).toString())
                                .bind("next", nextAttemptAt)
                                .bind("failure", failure)
                                .execute());
    }
}

package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.ChosenScans;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Reads how scans stand from the views that report-builder and dlq-processor show. Read-only; a
 * moment behind the topics. Thread-safe; throws JdbiException when the database does not answer.
 */
public final class ScanProjection {

    private static final String FIND =
            """
            SELECT s.scan_id, s.url, s.batch_id, s.relook_of, s.status, s.standard, lower(s.priority) AS priority, s.attempt,
                   s.score, s.request_id, s.submitted_at, s.updated_at, s.next_attempt_at,
                   s.failure::text AS failure, r.document::text AS document, r.html_file, r.json_file
              FROM reports.scan_status_view s
              LEFT JOIN reports.report_view r ON r.scan_id = s.scan_id
             WHERE s.scan_id = :scanId AND s.client = :client
            """;

    private static final String FIND_WITHOUT_REPORT =
            """
            SELECT s.scan_id, s.url, s.batch_id, s.relook_of, s.status, s.standard, lower(s.priority) AS priority, s.attempt,
                   s.score, s.request_id, s.submitted_at, s.updated_at, s.next_attempt_at,
                   s.failure::text AS failure, NULL AS document, r.html_file, r.json_file
              FROM reports.scan_status_view s
              LEFT JOIN reports.report_view r ON r.scan_id = s.scan_id
             WHERE s.scan_id = :scanId AND s.client = :client
            """;

    private static final String WHEREABOUTS =
            "SELECT host, status FROM reports.scan_status_view WHERE scan_id = :scanId AND client = :client";

    private static final String COUNT_BY_STATUS =
            "SELECT status, count(*) AS scans FROM reports.scan_status_view GROUP BY status";

    private static final String COUNT_OF_CLIENT =
            """
            SELECT status, count(*) AS scans
              FROM reports.scan_status_view
             WHERE client = :client AND relook_of IS NULL
             GROUP BY status
            """;

    private static final String COUNT_DEAD =
            "SELECT count(*) FROM dead_letters.dead_letter_view WHERE state = 'dead'";

    private static final String COUNT_UNREADABLE =
            "SELECT count(*) FROM dead_letters.unreadable_view";

    private static final List<String> ENDED = List.of("completed", "dead_lettered", "cancelled");

    private final Jdbi jdbi;
    private final ClientDatabase clients;

    public ScanProjection(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.clients = new ClientDatabase(jdbi);
    }

    /** Where a scan's orders go, and whether there is still something to order. */
    record Whereabouts(String host, String status) {
        boolean ended() {
            return ENDED.contains(status);
        }
    }

    /**
     * How many scans there are by status, and what waits for an operator.
     *
     * @param scans by status, each of them present
     * @param deadLetters dead and not replayed
     * @param unreadable records that could not be decoded
     */
    record Counts(Map<String, Long> scans, long deadLetters, long unreadable) {}

    Optional<ScanStatus> find(String client, String scanId) {
        return find(FIND, client, scanId);
    }

    /** With where its report lies, but without the report. */
    public Optional<ScanStatus> findWithoutReport(String client, String scanId) {
        return find(FIND_WITHOUT_REPORT, client, scanId);
    }

    private Optional<ScanStatus> find(String query, String client, String scanId) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(query)
                                .bind("client", client)
                                .bind("scanId", scanId)
                                .map((row, _) -> status(row))
                                .findOne());
    }

    Optional<Whereabouts> whereabouts(String client, String scanId) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(WHEREABOUTS)
                                .bind("client", client)
                                .bind("scanId", scanId)
                                .map((row, _) ->
                                        new Whereabouts(
                                                row.getString("host"), row.getString("status")))
                                .findOne());
    }

    /**
     * Of one client, who has no business with what cannot be read; without second looks, which it
     * did not submit.
     */
    Counts counts(String client) {
        Map<String, Long> scans =
                clients.read(
                        client,
                        handle ->
                                byStatus(
                                        handle.createQuery(COUNT_OF_CLIENT)
                                                .bind("client", client)));
        return new Counts(scans, scans.getOrDefault("dead_lettered", 0L), 0);
    }

    /** Of all. */
    Counts counts() {
        return jdbi.withHandle(handle ->
                new Counts(
                        byStatus(handle.createQuery(COUNT_BY_STATUS)),
                        handle.createQuery(COUNT_DEAD).mapTo(Long.class).one(),
                        handle.createQuery(COUNT_UNREADABLE).mapTo(Long.class).one()));
    }

    private static Map<String, Long> byStatus(Query query) {
        var scans = new LinkedHashMap<String, Long>();
        ChosenScans.STATUSES.forEach(status -> scans.put(status, 0L));
        query.map((row, _) -> Map.entry(row.getString("status"), row.getLong("scans")))
                .forEach(entry -> scans.put(entry.getKey(), entry.getValue()));
        return scans;
    }

    /** A row that has all that a scan may show. */
    static ScanStatus status(ResultSet row) throws SQLException {
        String html = row.getString("html_file");
        String json = row.getString("json_file");
        return new ScanStatus(
                row.getString("scan_id"),
                row.getString("url"),
                BatchIds.toClient(row.getString("batch_id")),
                row.getString("relook_of"),
                row.getString("status"),
                row.getString("standard"),
                row.getString("priority"),
                row.getInt("attempt"),
                row.getObject("score", Integer.class),
                row.getString("request_id"),
                instant(row, "submitted_at"),
                Objects.requireNonNull(instant(row, "updated_at")),
                instant(row, "next_attempt_at"),
                row.getString("failure"),
                row.getString("document"),
                html == null && json == null ? null : new ScanStatus.ReportFiles(html, json));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

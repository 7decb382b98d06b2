package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.cache.KnownResult;
import io.stepfree.gateway.cache.ResultSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Finds in report-builder's views the result of an earlier scan that asked for the same. Only one
 * of a page that was wholly seen answers another: who asks again about a page that may have been a
 * login, or of which a part was not seen, gets another look. A second look answers none, as what
 * its changes tell is not what was new.
 */
final class StoredResults implements ResultSource {

    private static final String NEWEST =
            """
            SELECT s.scan_id, s.url, s.batch_id, s.relook_of, s.status, s.standard, lower(s.priority) AS priority, s.attempt,
                   s.score, s.request_id, s.submitted_at, s.updated_at, s.next_attempt_at,
                   s.failure::text AS failure, r.document::text AS document, r.html_file, r.json_file,
                   r.completed_at, r.document ->> 'engine' AS engine, r.document ->> 'validity' AS validity
              FROM reports.report_view r
              JOIN reports.scan_status_view s ON s.scan_id = r.scan_id
             WHERE r.repeat_key = :repeatKey AND r.completed_at > :since AND s.client = :client
               AND s.relook_of IS NULL
             ORDER BY r.completed_at DESC
             LIMIT 1
            """;

    private final ClientDatabase clients;
    private final ShownScans shown;

    StoredResults(Jdbi jdbi, ShownScans shown) {
        this.clients = new ClientDatabase(jdbi);
        this.shown = shown;
    }

    private record Row(
            ScanStatus status,
            Instant completedAt,
            @Nullable String engine,
            @Nullable String validity) {

        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    ScanProjection.status(row),
                    row.getObject("completed_at", OffsetDateTime.class).toInstant(),
                    row.getString("engine"),
                    row.getString("validity"));
        }

        boolean answers() {
            return status.status().equals("completed")
                    && engine != null
                    && status.submittedAt() != null
                    && Objects.equals(validity, "valid");
        }
    }

    @Override
    public Optional<KnownResult> newest(String client, String repeatKey, Instant since) {
        return clients.read(
                        client,
                        handle ->
                                handle.createQuery(NEWEST)
                                        .bind("client", client)
                                        .bind("repeatKey", repeatKey)
                                        .bind("since", since)
                                        .map((row, _) -> Row.of(row))
                                        .findOne())
                .filter(Row::answers)
                .map(row ->
                        new KnownResult(
                                client,
                                row.status().id(),
                                Objects.requireNonNull(row.status().submittedAt()),
                                row.completedAt(),
                                Objects.requireNonNull(row.engine()),
                                shown.show(row.status()).json()));
    }
}

package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.batches.BatchStatus;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a batch, in the order in which they were submitted. A few are read at a time, each
 * time after the last of those before, and no connection is held meanwhile: whoever takes the
 * report slowly must not keep others from the database. Throws JdbiException when that does not
 * answer.
 */
final class BatchPages implements ReportedPages {

    /** A report may have a megabyte; some that are larger than all others are no burden then. */
    private static final int AT_A_TIME = 10;

    /* Along the index of a client's batches, from its end. */
    private static final String SOME =
            """
            SELECT s.scan_id, s.url, s.status, s.failure ->> 'type' AS failure, s.failure ->> 'message' AS reason,
                   s.submitted_at, s.updated_at, r.document::text AS document
              FROM reports.scan_status_view s
              LEFT JOIN reports.report_view r ON r.scan_id = s.scan_id
             WHERE s.client = :client AND s.batch_id = :batchId <after>
             ORDER BY s.submitted_at NULLS FIRST, s.scan_id
             LIMIT :limit
            """;

    private static final String AFTER = "AND (s.submitted_at, s.scan_id) > (:submittedAt, :scanId)";

    private final ClientDatabase clients;
    private final String client;
    private final String batchId;
    private final ReportSubject subject;
    private final ReportOverlays.@Nullable OfBatch overlays;

    /**
     * @param overlays what is told with the reports; null for the reports alone
     */
    BatchPages(
            ClientDatabase clients,
            String client,
            String batchId,
            BatchStatus status,
            ReportOverlays.@Nullable OfBatch overlays) {
        this.clients = clients;
        this.client = client;
        this.batchId = batchId;
        this.overlays = overlays;
        this.subject =
                new ReportSubject(
                        ReportSubject.Kind.BATCH, status.id(), client, status.updatedAt());
    }

    private record Row(
            String scanId,
            Instant submittedAt,
            @Nullable String document,
            @Nullable UnseenPage unseen) {

        /* A scan has a batch only together with the moment when it was submitted. */
        static Row of(ResultSet row) throws SQLException {
            String document = row.getString("document");
            return new Row(
                    row.getString("scan_id"),
                    instant(row, "submitted_at"),
                    document,
                    document == null ? unseen(row) : null);
        }

        private static UnseenPage unseen(ResultSet row) throws SQLException {
            String status = row.getString("status");
            String reason =
                    status.equals("completed")
                            ? "The scan has ended, and its report is being written."
                            : Objects.requireNonNullElse(row.getString("reason"), "");
            String failure =
                    status.equals("dead_lettered")
                            ? Objects.requireNonNullElse(row.getString("failure"), "unknown")
                            : "";
            return new UnseenPage(
                    row.getString("scan_id"),
                    Objects.requireNonNullElse(row.getString("url"), ""),
                    status,
                    failure,
                    reason,
                    instant(row, "updated_at"));
        }

        private static Instant instant(ResultSet row, String column) throws SQLException {
            return row.getObject(column, OffsetDateTime.class).toInstant();
        }

        void show(PageVisitor visitor, Overlay overlay) throws IOException {
            if (document == null) {
                visitor.notSeen(Objects.requireNonNull(unseen));
            } else {
                visitor.seen(ReportJson.read(document), overlay);
            }
        }
    }

    @Override
    public ReportSubject subject() {
        return subject;
    }

    @Override
    public void each(PageVisitor visitor) throws IOException {
        List<Row> rows = some(null);
        while (!rows.isEmpty()) {
            Map<String, Overlay> laidOver = overlays(rows);
            for (Row row : rows) {
                row.show(visitor, laidOver.getOrDefault(row.scanId(), Overlay.NONE));
            }
            rows = rows.size() < AT_A_TIME ? List.of() : some(rows.getLast());
        }
    }

    private Map<String, Overlay> overlays(List<Row> rows) {
        return overlays == null ? Map.of() : overlays.of(rows.stream().map(Row::scanId).toList());
    }

    private List<Row> some(@Nullable Row after) {
        return clients.read(
                client,
                handle -> {
                    Query query =
                            handle.createQuery(SOME)
                                    .define("after", after == null ? "" : AFTER)
                                    .bind("client", client)
                                    .bind("batchId", batchId)
                                    .bind("limit", AT_A_TIME);
                    if (after != null) {
                        query.bind("submittedAt", after.submittedAt())
                                .bind("scanId", after.scanId());
                    }
                    return query.map((row, _) -> Row.of(row)).list();
                });
    }
}

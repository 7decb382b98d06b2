package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.batches.BatchStatus;
import io.stepfree.gateway.findings.ReportOverlays;
import io.stepfree.platform.problem.ProblemException;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;

/**
 * Finds the reports of batches in the views that report-builder shows. Read-only, thread-safe;
 * throws JdbiException when the database does not answer.
 */
final class BatchReports {

    /* All that the pages of a report are made of stands in these columns, or follows from them. */
    private static final String STATE =
            """
            SELECT concat_ws('/', count(*), sum(hashtextextended(
                       concat_ws('|', s.scan_id, s.status, extract(epoch FROM s.updated_at), s.failure::text,
                                 extract(epoch FROM r.published_at)), 0)))
              FROM reports.scan_status_view s
              LEFT JOIN reports.report_view r ON r.scan_id = s.scan_id
             WHERE s.client = :client AND s.batch_id = :batchId
            """;

    /* And what is laid over them. */
    private static final String COMPARED =
            """
            SELECT concat_ws('/', count(*), sum(hashtextextended(
                       concat_ws('|', s.scan_id, coalesce(c.incomparable, ''), coalesce(c.previous_scan_id, ''), c.whole, c.new,
                                 c.newly_observed, c.persisting, c.fixed, c.not_observed, c.engine_changed), 0)))
              FROM reports.scan_status_view s
              JOIN reports.comparison_view c ON c.scan_id = s.scan_id AND c.client = s.client
             WHERE s.client = :client AND s.batch_id = :batchId
            """;

    private final BatchProjection batches;
    private final ClientDatabase clients;
    private final ReportOverlays overlays;

    BatchReports(Jdbi jdbi, BatchProjection batches, ReportOverlays overlays) {
        this.batches = batches;
        this.clients = new ClientDatabase(jdbi);
        this.overlays = overlays;
    }

    /**
     * The report of a batch.
     *
     * @param pages its pages, which are read while they are walked over
     * @param state what they are made of: another text as soon as one of them changes
     */
    record Found(BatchPages pages, String state) {}

    /**
     * The report of a batch as it stands, also while scans of it are open.
     *
     * @param batch its name as the client wrote it
     * @param overlaid whether what is known beside its pages' reports is told with them
     * @throws ProblemException not-found, when there is no such batch of this client
     */
    Found find(String client, String batch, boolean overlaid) {
        BatchStatus status = batches.known(client, batch);
        String batchId = Objects.requireNonNull(BatchIds.ofClient(client, status.id()));
        // Before the pages: should one change in between, the tag is too old and not too new.
        String state =
                "%s %s %s".formatted(batchId, status.updatedAt(), state(STATE, client, batchId));
        if (!overlaid) {
            return new Found(new BatchPages(clients, client, batchId, status, null), state);
        }
        ReportOverlays.OfBatch overlay = overlays.ofBatch(client);
        state += " %s %s".formatted(state(COMPARED, client, batchId), overlay.source());
        return new Found(new BatchPages(clients, client, batchId, status, overlay), state);
    }

    private String state(String sql, String client, String batchId) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(sql)
                                .bind("client", client)
                                .bind("batchId", batchId)
                                .mapTo(String.class)
                                .one());
    }
}

package io.stepfree.gateway.reports;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.batches.BatchStatus;
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

    private final BatchProjection batches;
    private final ClientDatabase clients;

    BatchReports(Jdbi jdbi, BatchProjection batches) {
        this.batches = batches;
        this.clients = new ClientDatabase(jdbi);
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
     * @throws ProblemException not-found, when there is no such batch of this client
     */
    Found find(String client, String batch) {
        BatchStatus status = batches.known(client, batch);
        String batchId = Objects.requireNonNull(BatchIds.ofClient(client, status.id()));
        // Before the pages: should one change in between, the tag is too old and not too new.
        String state =
                clients.read(
                        client,
                        handle ->
                                handle.createQuery(STATE)
                                        .bind("client", client)
                                        .bind("batchId", batchId)
                                        .mapTo(String.class)
                                        .one());
        return new Found(
                new BatchPages(clients, client, batchId, status),
                "%s %s %s".formatted(batchId, status.updatedAt(), state));
    }
}

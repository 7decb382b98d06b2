package io.stepfree.gateway.batches;

import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Reads how far batches are from the view that report-builder shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class BatchProjection {

    private static final String FIND =
            """
            SELECT batch_id, accepted, waiting, running, retrying, completed, dead_lettered, cancelled, told_at
              FROM reports.batch_view
             WHERE batch_id = :batchId AND client = :client
            """;

    private final ClientDatabase clients;

    public BatchProjection(Jdbi jdbi) {
        this.clients = new ClientDatabase(jdbi);
    }

    /**
     * How far a batch is.
     *
     * @param batch its name as the client wrote it
     * @throws ProblemException not-found, when there is no such batch of this client
     */
    public BatchStatus known(String client, String batch) {
        return Optional.of(batch)
                .filter(BatchIds::isOne)
                .flatMap(name -> find(client, name))
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no batch with the id %s, or none of its scans has been accepted yet."
                                        .formatted(batch)));
    }

    private Optional<BatchStatus> find(String client, String batch) {
        return clients.read(
                client,
                handle ->
                        handle.createQuery(FIND)
                                .bind("batchId", BatchIds.ofClient(client, batch))
                                .bind("client", client)
                                .map((row, _) -> status(batch, row))
                                .findOne());
    }

    private static BatchStatus status(String batch, ResultSet row) throws SQLException {
        long waiting = row.getLong("waiting");
        long running = row.getLong("running");
        long retrying = row.getLong("retrying");
        return new BatchStatus(
                batch,
                waiting + running + retrying > 0 ? "open" : "ended",
                row.getLong("accepted"),
                waiting,
                running,
                retrying,
                row.getLong("completed"),
                row.getLong("dead_lettered"),
                row.getLong("cancelled"),
                row.getObject("told_at", OffsetDateTime.class).toInstant());
    }
}

package io.stepfree.reports.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.reports.status.ScanStatus.Acceptance;
import io.stepfree.reports.status.ScanStatus.State;
import io.stepfree.reports.status.ScanStatus.StatusFailure;
import io.stepfree.schemas.scan.ScanRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of scan states. Thread-safe, also against other instances: each change is one
 * transaction on one row, or part of a larger one.
 */
public final class StatusStore {

    private static final String LOCK =
            "SELECT * FROM reports.scan_status WHERE scan_id = :scanId FOR UPDATE";

    /*
     * Looked at by the statement that writes: an erasure waits for those that have begun, and those that begin later
     * see it.
     */
    private static final String NOT_ERASED =
            """
            NOT EXISTS (SELECT FROM reports.erasure
                                WHERE erasure.client = :client AND erasure.ordered_at >= :submittedAt)\
            """;

    private static final String INSERT =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, next_attempt_at, failure,
                   client, url, host, standard, priority, batch_id, submitted_at, earlier_attempts, replays,
                   accepted_at)
            SELECT :scanId, :requestId, :status, :attempt, :updatedAt, :nextAttemptAt, CAST(:failure AS jsonb),
                   :client, :url, :host, :standard, :priority, :batchId, :submittedAt, :earlierAttempts, :replays,
                   :acceptedAt
             WHERE NOT EXISTS (SELECT FROM reports.erased_scan WHERE erased_scan.scan_id = :scanId)
               AND %s
            ON CONFLICT (scan_id) DO NOTHING
            """
                    .formatted(NOT_ERASED);

    private static final String UPDATE =
            """
            UPDATE reports.scan_status
               SET request_id = :requestId, status = :status, attempt = :attempt, updated_at = :updatedAt,
                   next_attempt_at = :nextAttemptAt, failure = CAST(:failure AS jsonb),
                   client = :client, url = :url, host = :host, standard = :standard, priority = :priority,
                   batch_id = :batchId, submitted_at = :submittedAt, earlier_attempts = :earlierAttempts,
                   replays = :replays, accepted_at = :acceptedAt
             WHERE scan_id = :scanId
               AND %s
            """
                    .formatted(NOT_ERASED);

    /* What was taken before is not written again. */
    private static final String TAKE_SCORE =
            """
            UPDATE reports.scan_status
               SET score = told.score
              FROM (SELECT scan_id, round((document ->> 'score')::numeric)::integer AS score
                      FROM reports.report
                     WHERE scan_id = :scanId) AS told
             WHERE scan_status.scan_id = told.scan_id AND scan_status.score IS DISTINCT FROM told.score
            """;

    private static final String KEEP_OUT =
            """
            INSERT INTO reports.erased_scan (scan_id, erasure_id)
            SELECT :scanId, id
              FROM reports.erasure
             WHERE client = :client AND ordered_at >= :submittedAt
             ORDER BY ordered_at
             LIMIT 1
            ON CONFLICT (scan_id) DO NOTHING
            """;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private final Jdbi jdbi;

    /**
     * @param jdbi the database, its schema migrated
     */
    public StatusStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Makes one transaction of all that this thread does with the database meanwhile: all of it is
     * kept, or nothing.
     */
    void together(Runnable changes) {
        jdbi.useTransaction(_ -> changes.run());
    }

    /** What came of an attempt to change a status. */
    enum Change {
        /** It was written. */
        MADE,
        /** It was known already. */
        NONE,
        /** The scan's data were erased, and it stays so. */
        REFUSED
    }

    /**
     * Changes the status of a scan.
     *
     * @param change gives the status after from the one before, null when there is none; empty
     *     changes nothing. May be called twice, when another instance made the row at the same
     *     moment.
     */
    Change change(String scanId, Function<@Nullable ScanStatus, Optional<ScanStatus>> change) {
        return jdbi.inTransaction(handle -> {
            var before = lock(handle, scanId);
            var after = change.apply(before.orElse(null));
            if (after.isEmpty()) {
                return Change.NONE;
            }
            if (before.isPresent()) {
                return update(handle, after.get());
            }
            if (write(handle, INSERT, after.get())) {
                return Change.MADE;
            }
            var other = lock(handle, scanId);
            if (other.isEmpty()) {
                return Change.REFUSED;
            }
            // Another instance inserted in between; now there is a row to lock.
            return change.apply(other.get())
                    .map(status -> update(handle, status))
                    .orElse(Change.NONE);
        });
    }

    private static Change update(Handle handle, ScanStatus status) {
        return write(handle, UPDATE, status) ? Change.MADE : Change.REFUSED;
    }

    /**
     * Keeps a scan of a client whose data were erased out from now on, whatever is still told of
     * it, and deletes what was told before it was known whose it is.
     */
    void keepOut(String scanId, ScanRequest request) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate(KEEP_OUT)
                    .bind("scanId", scanId)
                    .bind("client", StorableText.of(request.getClient()))
                    .bind("submittedAt", request.getSubmittedAt())
                    .execute();
            handle.createUpdate("DELETE FROM reports.scan_status WHERE scan_id = :scanId")
                    .bind("scanId", scanId)
                    .execute();
        });
    }

    /**
     * Takes the score of a scan's report into its status; neither changes once it is there. Nothing
     * else changes, and nothing at all when one of the two is missing.
     */
    void takeScore(String scanId) {
        jdbi.useHandle(handle -> handle.createUpdate(TAKE_SCORE).bind("scanId", scanId).execute());
    }

    private static Optional<ScanStatus> lock(Handle handle, String scanId) {
        return handle.createQuery(LOCK).bind("scanId", scanId).map(StatusStore::status).findOne();
    }

    private static boolean write(Handle handle, String sql, ScanStatus status) {
        var acceptance = status.acceptance();
        return handle.createUpdate(sql)
                        .bind("scanId", status.scanId())
                        .bind("requestId", status.requestId())
                        .bind("status", status.state().text())
                        .bind("attempt", status.attempt())
                        .bind("updatedAt", status.updatedAt())
                        .bind("nextAttemptAt", status.nextAttemptAt())
                        .bind(
                                "failure",
                                status.failure() == null
                                        ? null
                                        : JSON.writeValueAsString(status.failure()))
                        .bind("client", fact(acceptance, Acceptance::client))
                        .bind("url", fact(acceptance, Acceptance::url))
                        .bind("host", fact(acceptance, Acceptance::host))
                        .bind("standard", fact(acceptance, Acceptance::standard))
                        .bind("priority", fact(acceptance, Acceptance::priority))
                        .bind("batchId", fact(acceptance, Acceptance::batchId))
                        .bind("submittedAt", fact(acceptance, Acceptance::submittedAt))
                        .bind("earlierAttempts", fact(acceptance, Acceptance::earlierAttempts))
                        .bind("replays", fact(acceptance, Acceptance::replays))
                        .bind("acceptedAt", fact(acceptance, Acceptance::acceptedAt))
                        .execute()
                == 1;
    }

    private static <T> @Nullable T fact(
            @Nullable Acceptance acceptance, Function<Acceptance, T> of) {
        return acceptance == null ? null : of.apply(acceptance);
    }

    private static ScanStatus status(ResultSet row, StatementContext context) throws SQLException {
        var failure = row.getString("failure");
        return new ScanStatus(
                row.getString("scan_id"),
                row.getString("request_id"),
                acceptance(row),
                State.of(row.getString("status")),
                row.getInt("attempt"),
                row.getTimestamp("updated_at").toInstant(),
                instant(row.getTimestamp("next_attempt_at")),
                failure == null ? null : JSON.readValue(failure, StatusFailure.class));
    }

    private static @Nullable Acceptance acceptance(ResultSet row) throws SQLException {
        var acceptedAt = instant(row.getTimestamp("accepted_at"));
        return acceptedAt == null
                ? null
                : new Acceptance(
                        row.getString("client"),
                        row.getString("url"),
                        row.getString("host"),
                        row.getString("standard"),
                        row.getString("priority"),
                        row.getString("batch_id"),
                        row.getTimestamp("submitted_at").toInstant(),
                        row.getInt("earlier_attempts"),
                        row.getInt("replays"),
                        acceptedAt);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}

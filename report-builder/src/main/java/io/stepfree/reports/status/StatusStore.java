package io.stepfree.reports.status;

import static io.stepfree.reports.columns.BoundColumns.numbers;
import static io.stepfree.reports.columns.BoundColumns.texts;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of scan states. Thread-safe, also against other instances: those that change at once
 * change in one transaction, or in part of a larger one.
 */
public final class StatusStore {

    /* In one order, so that no two instances wait for each other. */
    private static final String LOCK =
            """
            SELECT *
              FROM reports.scan_status
             WHERE scan_id = ANY (CAST(:scanIds AS text[]))
             ORDER BY scan_id
               FOR UPDATE
            """;

    private static final String TOLD =
            """
            unnest(CAST(:scanIds AS text[]), CAST(:requestIds AS text[]), CAST(:states AS text[]),
                   CAST(:attempts AS integer[]), CAST(:updated AS timestamptz[]), CAST(:nextAttempts AS timestamptz[]),
                   CAST(:failures AS jsonb[]), CAST(:clients AS text[]), CAST(:urls AS text[]), CAST(:hosts AS text[]),
                   CAST(:standards AS text[]), CAST(:priorities AS text[]), CAST(:batchIds AS text[]),
                   CAST(:submitted AS timestamptz[]), CAST(:earlierAttempts AS integer[]), CAST(:replays AS integer[]),
                   CAST(:accepted AS timestamptz[]), CAST(:reported AS boolean[]))
                AS told (scan_id, request_id, status, attempt, updated_at, next_attempt_at, failure,
                         client, url, host, standard, priority, batch_id, submitted_at, earlier_attempts, replays,
                         accepted_at, reported)\
            """;

    /*
     * Looked at by the statement that writes: an erasure waits for those that have begun, and those that begin later
     * see it.
     */
    private static final String NOT_ERASED =
            """
            NOT EXISTS (SELECT FROM reports.erasure
                         WHERE erasure.client = told.client AND erasure.ordered_at >= told.submitted_at)\
            """;

    /* Neither the score nor the report changes once it is there. */
    private static final String SCORE =
            """
            (SELECT round((document ->> 'score')::numeric)::integer
               FROM reports.report
              WHERE report.scan_id = told.scan_id AND told.reported)\
            """;

    private static final String INSERT =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, next_attempt_at, failure,
                   client, url, host, standard, priority, batch_id, submitted_at, earlier_attempts, replays,
                   accepted_at, score)
            SELECT scan_id, request_id, status, attempt, updated_at, next_attempt_at, failure,
                   client, url, host, standard, priority, batch_id, submitted_at, earlier_attempts, replays,
                   accepted_at, %s
              FROM %s
             WHERE NOT EXISTS (SELECT FROM reports.erased_scan WHERE erased_scan.scan_id = told.scan_id)
               AND %s
            ON CONFLICT (scan_id) DO NOTHING
            RETURNING scan_id
            """
                    .formatted(SCORE, TOLD, NOT_ERASED);

    private static final String UPDATE =
            """
            UPDATE reports.scan_status
               SET request_id = told.request_id, status = told.status, attempt = told.attempt,
                   updated_at = told.updated_at, next_attempt_at = told.next_attempt_at, failure = told.failure,
                   client = told.client, url = told.url, host = told.host, standard = told.standard,
                   priority = told.priority, batch_id = told.batch_id, submitted_at = told.submitted_at,
                   earlier_attempts = told.earlier_attempts, replays = told.replays, accepted_at = told.accepted_at,
                   score = coalesce(%s, scan_status.score)
              FROM %s
             WHERE scan_status.scan_id = told.scan_id
               AND %s
            RETURNING scan_status.scan_id
            """
                    .formatted(SCORE, TOLD, NOT_ERASED);

    /* What was taken before is not written again. */
    private static final String TAKE_SCORES =
            """
            UPDATE reports.scan_status
               SET score = told.score
              FROM (SELECT scan_id, round((document ->> 'score')::numeric)::integer AS score
                      FROM reports.report
                     WHERE scan_id = ANY (CAST(:scanIds AS text[]))) AS told
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

    /**
     * What events tell of one scan.
     *
     * @param change gives the status after from the one before, null when there is none; empty
     *     changes nothing. May be called twice, when another instance made the row at the same
     *     moment.
     * @param reported whether the scan's report is there, which has its score
     */
    record Told(
            String scanId,
            Function<@Nullable ScanStatus, Optional<ScanStatus>> change,
            boolean reported) {}

    /** A status as it is written. */
    private record Row(ScanStatus status, boolean reported) {

        <T> @Nullable T fact(Function<Acceptance, T> of) {
            Acceptance acceptance = status.acceptance();
            return acceptance == null ? null : of.apply(acceptance);
        }
    }

    /**
     * Changes the status of scans, of each at most once.
     *
     * @return the scans whose data were erased, and it stays so
     */
    Set<String> change(Collection<Told> all) {
        return all.isEmpty() ? Set.of() : jdbi.inTransaction(handle -> change(handle, all));
    }

    private static Set<String> change(Handle handle, Collection<Told> all) {
        Map<String, ScanStatus> before =
                lock(handle, all.stream().map(Told::scanId).collect(Collectors.toSet()));
        var begun = new TreeMap<String, Row>();
        var moved = new TreeMap<String, Row>();
        var onlyReported = new ArrayList<String>();
        for (Told told : all) {
            ScanStatus known = before.get(told.scanId());
            Optional<ScanStatus> after = told.change().apply(known);
            if (after.isPresent()) {
                (known == null ? begun : moved)
                        .put(told.scanId(), new Row(after.get(), told.reported()));
            } else if (told.reported()) {
                onlyReported.add(told.scanId());
            }
        }
        takeScores(handle, onlyReported);
        Set<String> refused = write(handle, UPDATE, moved);
        Set<String> unmade = write(handle, INSERT, begun);
        if (!unmade.isEmpty()) {
            refused.addAll(changeOthers(handle, all, unmade));
        }
        return refused;
    }

    /** What could not be made was erased, or another instance made it in between. */
    private static Set<String> changeOthers(
            Handle handle, Collection<Told> all, Set<String> unmade) {
        Set<String> there = lock(handle, unmade).keySet();
        var refused = new HashSet<>(unmade);
        refused.removeAll(there);
        if (!there.isEmpty()) {
            // Now there are rows to lock.
            refused.addAll(
                    change(
                            handle,
                            all.stream().filter(told -> there.contains(told.scanId())).toList()));
        }
        return refused;
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

    private static void takeScores(Handle handle, List<String> scanIds) {
        if (!scanIds.isEmpty()) {
            handle.createUpdate(TAKE_SCORES).bindArray("scanIds", String.class, scanIds).execute();
        }
    }

    private static Map<String, ScanStatus> lock(Handle handle, Set<String> scanIds) {
        return handle.createQuery(LOCK)
                .bindArray("scanIds", String.class, scanIds)
                .map(StatusStore::status)
                .collectToMap(ScanStatus::scanId, Function.identity());
    }

    /** Returns those that were not written. */
    private static Set<String> write(Handle handle, String sql, SortedMap<String, Row> rows) {
        var unwritten = new HashSet<>(rows.keySet());
        if (!rows.isEmpty()) {
            unwritten.removeAll(
                    bind(handle.createQuery(sql), rows.values()).mapTo(String.class).list());
        }
        return unwritten;
    }

    private static Query bind(Query write, Collection<Row> rows) {
        texts(write, "scanIds", rows, row -> row.status().scanId());
        texts(write, "requestIds", rows, row -> row.status().requestId());
        texts(write, "states", rows, row -> row.status().state().text());
        numbers(write, "attempts", rows, row -> row.status().attempt());
        texts(write, "updated", rows, row -> row.status().updatedAt().toString());
        texts(write, "nextAttempts", rows, row -> text(row.status().nextAttemptAt()));
        texts(write, "failures", rows, row -> json(row.status().failure()));
        texts(write, "clients", rows, row -> row.fact(Acceptance::client));
        texts(write, "urls", rows, row -> row.fact(Acceptance::url));
        texts(write, "hosts", rows, row -> row.fact(Acceptance::host));
        texts(write, "standards", rows, row -> row.fact(Acceptance::standard));
        texts(write, "priorities", rows, row -> row.fact(Acceptance::priority));
        texts(write, "batchIds", rows, row -> row.fact(Acceptance::batchId));
        texts(write, "submitted", rows, row -> text(row.fact(Acceptance::submittedAt)));
        numbers(write, "earlierAttempts", rows, row -> row.fact(Acceptance::earlierAttempts));
        numbers(write, "replays", rows, row -> row.fact(Acceptance::replays));
        texts(write, "accepted", rows, row -> text(row.fact(Acceptance::acceptedAt)));
        texts(write, "reported", rows, row -> Boolean.toString(row.reported()));
        return write;
    }

    private static @Nullable String text(@Nullable Instant moment) {
        return moment == null ? null : moment.toString();
    }

    private static @Nullable String json(@Nullable StatusFailure failure) {
        return failure == null ? null : JSON.writeValueAsString(failure);
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

package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.DeadLetterFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters from the views that dlq-processor shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class DeadLetterIndex {

    private static final String COLUMNS =
            """
            scan_id, replays, request_id, client, url, host, failure_type, message, http_status, cause, attempts,
            died_at, state, state_by, state_reason, state_at, replayed_at, claimed_by, pattern, pattern_id, engine,
            batch_id, topic, topic_partition, topic_offset, origin_topic, origin_partition, origin_offset, replay_id,
            next_end, next_ended_at,
            (SELECT relook_of FROM reports.scan_status_view s WHERE s.scan_id = dead_letter_view.scan_id) AS second_look_of\
            """;

    /* The row comparison is what lets a page begin in the middle of an index. */
    private static final String PAGE =
            """
            SELECT %s, NULL AS record
              FROM dead_letters.dead_letter_view
             WHERE <chosen> AND <after>
             ORDER BY died_at DESC, scan_id DESC, replays DESC
             LIMIT :limit
            """
                    .formatted(COLUMNS);

    private static final String AFTER =
            "(died_at, scan_id, replays) < (:afterDiedAt, :afterScanId, :afterReplays)";

    /* A scan that died again after a replay is there once for each life; the last one counts. */
    private static final String FIND =
            """
            SELECT %s, record::text AS record
              FROM dead_letters.dead_letter_view
             WHERE scan_id = :scanId
             ORDER BY replays DESC
             LIMIT 1
            """
                    .formatted(COLUMNS);

    private static final String FIND_EARLIER =
            """
            SELECT replays, failure_type, message, http_status, cause, attempts, died_at, replay_id, next_end,
                   next_ended_at, topic, topic_partition, topic_offset, (record -> 'failures')::text AS failures
              FROM dead_letters.dead_letter_view
             WHERE scan_id = :scanId AND replays < :replays
             ORDER BY replays DESC
            """;

    private static final String FIND_PURGED =
            """
            SELECT replays, purged_at, ordered_by, reason
              FROM dead_letters.purged_letter_view
             WHERE scan_id = :scanId
             ORDER BY replays DESC
             LIMIT 1
            """;

    private static final String UNREADABLE =
            """
            SELECT id, topic, topic_partition, topic_offset, kept_at, error, size_bytes
              FROM dead_letters.unreadable_view
             ORDER BY id DESC
             LIMIT :limit
            """;

    /** Some dead letters, and the word that the next page is asked for with; absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<DeadLetterRow> items, @Nullable String next) {}

    /** Who deleted the dead letter of which life, when and why. */
    record Purged(int replays, Instant at, String by, String reason) {}

    private final Jdbi jdbi;

    public DeadLetterIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * A page of dead letters, newest first, without their records.
     *
     * @param after where the page before ended; null for the first one
     */
    Page page(DeadLetterFilter filter, @Nullable Cursor after, int limit) {
        List<DeadLetterRow> found =
                jdbi.withHandle(handle -> {
                    var query =
                            new Selection(filter)
                                    .into(handle.createQuery(PAGE))
                                    .define("after", after == null ? "true" : AFTER)
                                    .bind("limit", limit + 1);
                    if (after != null) {
                        query.bind("afterDiedAt", after.diedAt())
                                .bind("afterScanId", after.scanId())
                                .bind("afterReplays", after.replays());
                    }
                    return query.map((row, _) -> deadLetter(row)).list();
                });
        if (found.size() <= limit) {
            return new Page(found, null);
        }
        DeadLetterRow last = found.get(limit - 1);
        return new Page(
                found.subList(0, limit),
                new Cursor(last.diedAt(), last.scanId(), last.replays()).word());
    }

    /**
     * What reads a page of all dead letters, newest first.
     *
     * @param cursor the word with the page before; null for the first one
     * @throws ProblemException when the cursor is none
     */
    public Callable<Page> pageOfAll(@Nullable String cursor, int limit) {
        Cursor after = cursor == null ? null : Cursor.read(cursor);
        return () -> page(DeadLetterFilter.newBuilder().build(), after, limit);
    }

    /** The dead letter of a scan's last life. */
    Optional<DeadLetterRow> find(String scanId) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND)
                        .bind("scanId", scanId)
                        .map((row, _) -> deadLetter(row))
                        .findOne());
    }

    /**
     * The same by an id as a client wrote it.
     *
     * @throws ProblemException when there is none, telling whether it was purged; what is left of
     *     earlier lives does not stand in for it
     */
    DeadLetterRow lastLife(String written) {
        Optional<String> scanId = ScanIds.read(written);
        Optional<DeadLetterRow> found = scanId.flatMap(this::find);
        Optional<Purged> purged = scanId.flatMap(this::purged);
        return found.filter(letter -> purged.isEmpty() || purged.get().replays() < letter.replays())
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                purged.map(gone ->
                                                "The dead letter of scan %s was purged at %s by %s: %s"
                                                        .formatted(
                                                                written,
                                                                gone.at(),
                                                                gone.by(),
                                                                gone.reason()))
                                        .orElse(
                                                "There is no dead letter of a scan with the id %s."
                                                        .formatted(written))));
    }

    /** How the scan had died before, newest first. */
    List<EarlierLife> livesBefore(DeadLetterRow letter) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND_EARLIER)
                        .bind("scanId", letter.scanId())
                        .bind("replays", letter.replays())
                        .map((row, _) ->
                                new EarlierLife(
                                        row.getInt("replays"),
                                        row.getString("failure_type"),
                                        row.getString("message"),
                                        row.getObject("http_status", Integer.class),
                                        row.getString("cause"),
                                        row.getInt("attempts"),
                                        instant(row, "died_at"),
                                        nextLife(row),
                                        position(row),
                                        row.getString("failures")))
                        .list());
    }

    private Optional<Purged> purged(String scanId) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND_PURGED)
                        .bind("scanId", scanId)
                        .map((row, _) ->
                                new Purged(
                                        row.getInt("replays"),
                                        instant(row, "purged_at"),
                                        row.getString("ordered_by"),
                                        row.getString("reason")))
                        .findOne());
    }

    /** The newest records that could not be decoded. */
    List<UnreadableRow> unreadable(int limit) {
        return jdbi.withHandle(handle ->
                handle.createQuery(UNREADABLE)
                        .bind("limit", limit)
                        .map((row, _) ->
                                new UnreadableRow(
                                        row.getLong("id"),
                                        position(row),
                                        instant(row, "kept_at"),
                                        row.getString("error"),
                                        row.getInt("size_bytes")))
                        .list());
    }

    private static DeadLetterRow deadLetter(ResultSet row) throws SQLException {
        return new DeadLetterRow(
                row.getString("scan_id"),
                row.getInt("replays"),
                row.getString("request_id"),
                row.getString("client"),
                row.getString("url"),
                row.getString("host"),
                row.getString("failure_type"),
                row.getString("message"),
                row.getObject("http_status", Integer.class),
                row.getString("cause"),
                row.getInt("attempts"),
                instant(row, "died_at"),
                row.getString("state"),
                stateChange(row),
                instantOrNull(row, "replayed_at"),
                row.getString("claimed_by"),
                nextLife(row),
                pattern(row),
                row.getString("engine"),
                row.getString("batch_id"),
                row.getString("second_look_of"),
                position(row),
                origin(row),
                row.getString("record"));
    }

    private static DeadLetterRow.@Nullable NextLife nextLife(ResultSet row) throws SQLException {
        String replayId = row.getString("replay_id");
        return replayId == null
                ? null
                : new DeadLetterRow.NextLife(
                        replayId, row.getString("next_end"), instantOrNull(row, "next_ended_at"));
    }

    private static DeadLetterRow.@Nullable StateChange stateChange(ResultSet row)
            throws SQLException {
        Instant at = instantOrNull(row, "state_at");
        return at == null
                ? null
                : new DeadLetterRow.StateChange(
                        row.getString("state_by"), row.getString("state_reason"), at);
    }

    private static DeadLetterRow.@Nullable Pattern pattern(ResultSet row) throws SQLException {
        String id = row.getString("pattern_id");
        return id == null ? null : new DeadLetterRow.Pattern(id, row.getString("pattern"));
    }

    private static DeadLetterRow.Position position(ResultSet row) throws SQLException {
        return new DeadLetterRow.Position(
                row.getString("topic"), row.getInt("topic_partition"), row.getLong("topic_offset"));
    }

    private static DeadLetterRow.@Nullable Position origin(ResultSet row) throws SQLException {
        String topic = row.getString("origin_topic");
        return topic == null
                ? null
                : new DeadLetterRow.Position(
                        topic, row.getInt("origin_partition"), row.getLong("origin_offset"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

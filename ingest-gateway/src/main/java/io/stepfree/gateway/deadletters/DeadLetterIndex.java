package io.stepfree.gateway.deadletters;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters from the views that dlq-processor shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class DeadLetterIndex {

    private static final String LIST =
            """
            SELECT scan_id, replays, request_id, client, url, host, failure_type, message, http_status,
                   cause, attempts, died_at, state, NULL AS record, topic, topic_partition, topic_offset
              FROM dead_letters.dead_letter_view
             WHERE (:type::text IS NULL OR failure_type = :type)
             ORDER BY died_at DESC, scan_id DESC
             LIMIT :limit
            """;

    /* A scan that died again after a replay is there once for each life; the last one counts. */
    private static final String FIND =
            """
            SELECT scan_id, replays, request_id, client, url, host, failure_type, message, http_status,
                   cause, attempts, died_at, state, record::text AS record, topic, topic_partition, topic_offset
              FROM dead_letters.dead_letter_view
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

    private final Jdbi jdbi;

    public DeadLetterIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The newest dead letters, without their records.
     *
     * @param type only those that died of this failure, by its name in lower case; null for all
     */
    List<DeadLetterRow> newest(int limit, @Nullable String type) {
        return jdbi.withHandle(handle ->
                handle.createQuery(LIST)
                        .bind("type", type)
                        .bind("limit", limit)
                        .map((row, _) -> deadLetter(row))
                        .list());
    }

    /** The dead letter of a scan's last life. */
    Optional<DeadLetterRow> find(String scanId) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND)
                        .bind("scanId", scanId)
                        .map((row, _) -> deadLetter(row))
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
                                        row.getObject("kept_at", OffsetDateTime.class).toInstant(),
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
                row.getObject("died_at", OffsetDateTime.class).toInstant(),
                row.getString("state"),
                position(row),
                row.getString("record"));
    }

    private static DeadLetterRow.Position position(ResultSet row) throws SQLException {
        return new DeadLetterRow.Position(
                row.getString("topic"), row.getInt("topic_partition"), row.getLong("topic_offset"));
    }
}

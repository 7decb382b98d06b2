package io.stepfree.gateway.replays;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the replays of many from the view that dlq-processor shows. Read-only, thread-safe; throws
 * JdbiException when the database does not answer.
 */
public final class ReplayIndex {

    private static final String COLUMNS =
            """
            SELECT id, request_id, ordered_by, reason, ordered_at, plan::text AS plan, state, chosen, published,
                   completed, died_again, cancelled, under_way, waiting, skipped::text AS skipped,
                   sample::text AS sample, canary_size, canary, started_at, ended_at, ending,
                   steps::text AS steps
            """;

    private static final String LIST =
            COLUMNS
                    + " FROM dead_letters.replay_view ORDER BY ordered_at DESC, id DESC LIMIT :limit";

    private static final String FIND = COLUMNS + " FROM dead_letters.replay_view WHERE id = :id";

    private final Jdbi jdbi;

    public ReplayIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The newest replays. */
    List<ReplayRow> newest(int limit) {
        return jdbi.withHandle(handle ->
                handle.createQuery(LIST).bind("limit", limit).map((row, _) -> replay(row)).list());
    }

    Optional<ReplayRow> find(String id) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND).bind("id", id).map((row, _) -> replay(row)).findOne());
    }

    private static ReplayRow replay(ResultSet row) throws SQLException {
        int canary = row.getInt("canary_size");
        return new ReplayRow(
                row.getString("id"),
                row.getString("state"),
                row.getString("ending"),
                row.getString("request_id"),
                row.getString("ordered_by"),
                row.getString("reason"),
                row.getObject("ordered_at", OffsetDateTime.class).toInstant(),
                row.getString("plan"),
                row.getObject("chosen", Integer.class),
                row.getInt("waiting"),
                row.getInt("published"),
                row.getInt("under_way"),
                row.getInt("completed"),
                row.getInt("died_again"),
                row.getInt("cancelled"),
                row.getString("skipped"),
                canary == 0 ? null : new ReplayRow.Canary(canary, row.getString("canary")),
                row.getString("sample"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                row.getString("steps"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

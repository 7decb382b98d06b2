package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.schemas.ops.DeadLetterFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads what operators have ordered, single replays among it, and what a purge would delete.
 * Read-only, thread-safe; throws JdbiException when the database does not answer.
 */
public final class ActionIndex {

    private static final String PREVIEW =
            """
            SELECT count(*) FILTER (WHERE claimed_by IS NULL) AS matching,
                   count(*) FILTER (WHERE claimed_by IS NOT NULL) AS being_replayed,
                   min(died_at) AS oldest, max(died_at) AS newest
              FROM dead_letters.dead_letter_view
             WHERE <chosen>
            """;

    private static final String COLUMNS =
            """
            SELECT command_id, request_id, kind, scan_id, replays, filter::text AS filter, ordered_by, reason,
                   ordered_at, outcome, affected, settled_at
              FROM dead_letters.operator_action_view
            """;

    private static final String FIND = COLUMNS + " WHERE command_id = :commandId";

    private static final String NEWEST =
            COLUMNS + " ORDER BY ordered_at DESC, command_id DESC LIMIT :limit";

    /**
     * What a purge would do now.
     *
     * @param matching how many dead letters it would delete
     * @param beingReplayed how many it would leave, because a replay is about to hand them on
     * @param oldest when the oldest of both had died; absent when there is none
     * @param newest when the newest had died
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Preview(
            long matching,
            long beingReplayed,
            @Nullable Instant oldest,
            @Nullable Instant newest) {}

    private final Jdbi jdbi;

    public ActionIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What a purge with that filter would do now. */
    Preview preview(DeadLetterFilter filter) {
        return jdbi.withHandle(handle ->
                new Selection(filter)
                        .into(handle.createQuery(PREVIEW))
                        .map((row, _) ->
                                new Preview(
                                        row.getLong("matching"),
                                        row.getLong("being_replayed"),
                                        DeadLetterIndex.instantOrNull(row, "oldest"),
                                        DeadLetterIndex.instantOrNull(row, "newest")))
                        .one());
    }

    /** The order with that id, once dlq-processor has taken it. */
    Optional<ActionRow> find(String commandId) {
        return jdbi.withHandle(handle ->
                handle.createQuery(FIND)
                        .bind("commandId", commandId)
                        .map((row, _) -> action(row))
                        .findOne());
    }

    /** The newest orders. */
    List<ActionRow> newest(int limit) {
        return jdbi.withHandle(handle ->
                handle.createQuery(NEWEST)
                        .bind("limit", limit)
                        .map((row, _) -> action(row))
                        .list());
    }

    private static ActionRow action(ResultSet row) throws SQLException {
        return new ActionRow(
                row.getString("command_id"),
                row.getString("request_id"),
                row.getString("kind"),
                row.getString("scan_id"),
                row.getObject("replays", Integer.class),
                row.getString("filter"),
                row.getString("ordered_by"),
                row.getString("reason"),
                DeadLetterIndex.instant(row, "ordered_at"),
                row.getString("outcome"),
                row.getLong("affected"),
                DeadLetterIndex.instantOrNull(row, "settled_at"));
    }
}

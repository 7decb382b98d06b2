package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.OperatorCommand;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Remembers orders to replay and which dead letter each of them chose. Thread-safe; blocks on the
 * database.
 */
final class ReplayOrders {

    private static final String FIND =
            "select command_id, scan_id, replays, outcome from dead_letters.replay_order where command_id = :commandId";

    private static final String NEWEST =
            """
            select replays, replayed_at is not null as replayed
            from dead_letters.dead_letter
            where scan_id = :scanId
            order by replays desc
            limit 1
            """;

    private static final String INSERT =
            """
            insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason, ordered_at,
                outcome, settled_at)
            values (:commandId, :requestId, :scanId, :replays, :orderedBy, :reason, :orderedAt,
                :outcome, case when :outcome is null then null else now() end)
            on conflict (command_id) do nothing
            """;

    private static final String PURGED =
            "select exists (select 1 from dead_letters.purged_letter where scan_id = :scanId and replays > :after)";

    private static final String SETTLE =
            """
            update dead_letters.replay_order set outcome = :outcome, settled_at = now()
            where command_id = :commandId and outcome is null
            """;

    private record Newest(int replays, boolean replayed) {}

    private final Jdbi jdbi;

    ReplayOrders(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Chooses the dead letter that this order replays and remembers the choice, so that the same
     * order met again after a crash speaks of the same dead letter, even if the scan has died once
     * more meanwhile. An order that can come to nothing is settled at once.
     */
    ReplayOrder take(OperatorCommand command) {
        return jdbi.inTransaction(handle -> {
            String commandId = StorableText.of(command.getCommandId());
            Optional<ReplayOrder> known = find(handle, commandId);
            if (known.isPresent()) {
                return known.get();
            }
            ReplayOrder order = choose(handle, commandId, storable(command.getScanId()));
            int inserted =
                    handle.createUpdate(INSERT)
                            .bind("commandId", commandId)
                            .bind("requestId", StorableText.of(command.getRequestId()))
                            .bind("scanId", order.scanId().orElse(null))
                            .bind("replays", order.replays().orElse(null))
                            .bind("orderedBy", StorableText.of(command.getOrderedBy()))
                            .bind("reason", StorableText.of(command.getReason()))
                            .bind("orderedAt", command.getOrderedAt())
                            .bind("outcome", order.outcome().map(ReplayOutcome::word).orElse(null))
                            .execute();
            return inserted == 1 ? order : find(handle, commandId).orElseThrow();
        });
    }

    /** Settles an order within the caller's transaction. */
    void settle(Handle handle, ReplayOrder order, ReplayOutcome outcome) {
        handle.createUpdate(SETTLE)
                .bind("commandId", order.commandId())
                .bind("outcome", outcome.word())
                .execute();
    }

    private static ReplayOrder choose(Handle handle, String commandId, @Nullable String scanId) {
        Optional<Newest> newest =
                handle.createQuery(NEWEST)
                        .bind("scanId", scanId)
                        .map((row, context) ->
                                new Newest(row.getInt("replays"), row.getBoolean("replayed")))
                        .findOne();
        Optional<ReplayOutcome> outcome;
        if (purged(handle, scanId, newest.map(Newest::replays).orElse(-1))) {
            // What is left of earlier lives does not stand in for the last one.
            outcome = Optional.of(ReplayOutcome.PURGED);
        } else if (newest.isEmpty()) {
            outcome = Optional.of(ReplayOutcome.UNKNOWN_SCAN);
        } else if (newest.get().replayed()) {
            outcome = Optional.of(ReplayOutcome.ALREADY_REPLAYED);
        } else {
            outcome = Optional.empty();
        }
        return new ReplayOrder(
                commandId, Optional.ofNullable(scanId), newest.map(Newest::replays), outcome);
    }

    private static boolean purged(Handle handle, @Nullable String scanId, int after) {
        return handle.createQuery(PURGED)
                .bind("scanId", scanId)
                .bind("after", after)
                .mapTo(Boolean.class)
                .one();
    }

    private static Optional<ReplayOrder> find(Handle handle, String commandId) {
        return handle.createQuery(FIND)
                .bind("commandId", commandId)
                .map((row, context) -> order(row))
                .findOne();
    }

    private static ReplayOrder order(ResultSet row) throws SQLException {
        return new ReplayOrder(
                row.getString("command_id"),
                Optional.ofNullable(row.getString("scan_id")),
                Optional.ofNullable(row.getObject("replays", Integer.class)),
                Optional.ofNullable(row.getString("outcome")).map(ReplayOutcome::of));
    }

    private static @Nullable String storable(@Nullable String text) {
        return text == null ? null : StorableText.of(text);
    }
}

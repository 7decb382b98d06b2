package io.stepfree.deadletters.keeping;

import io.stepfree.deadletters.index.DeadLetterSelection;
import io.stepfree.deadletters.index.StorableText;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OperatorCommand;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries out what an operator orders beside replays, and writes down who ordered what, why and
 * what came of it.
 *
 * <p>Each order is carried out once, however often it comes. A purge works in batches, each of
 * which counts itself in the same transaction, so that one interrupted by a crash goes on where it
 * was. It deletes what was there when the order was taken, never what came later, and never what a
 * replay is about to hand on. Thread-safe; blocks on the database and throws Jdbi's exceptions when
 * it is down, so that the order comes again.
 */
public final class OperatorActions {

    private static final Logger log = LoggerFactory.getLogger(OperatorActions.class);

    private static final int BATCH = 500;

    /** What may be deleted or set aside, as a condition on {@code dead_letter}. */
    static final String NOT_BEING_REPLAYED =
            """
            dead_letter.claimed_by is null
            and not exists (select from dead_letters.replay_order
                            where replay_order.scan_id = dead_letter.scan_id
                              and replay_order.replays = dead_letter.replays
                              and replay_order.outcome is null)\
            """;

    private static final String TAKE =
            """
            insert into dead_letters.operator_action (command_id, request_id, kind, scan_id, filter, ordered_by, reason, ordered_at)
            values (:commandId, :requestId, :kind, :scanId, cast(:filter as jsonb), :orderedBy, :reason, :orderedAt)
            on conflict (command_id) do nothing
            """;

    private static final String OPEN =
            "select outcome is null from dead_letters.operator_action where command_id = :commandId";

    private static final String SETTLE =
            """
            update dead_letters.operator_action
            set outcome = :outcome, replays = :replays, affected = affected + :affected, settled_at = now()
            where command_id = :commandId and outcome is null
            """;

    private static final String PURGE =
            """
            with doomed as (
                select scan_id, replays
                from dead_letters.dead_letter
                where <chosen>
                  and %s
                  and indexed_at <= (select taken_at from dead_letters.operator_action where command_id = :commandId)
                order by died_at
                limit :limit
                for update skip locked),
            gone as (
                delete from dead_letters.dead_letter
                using doomed
                where dead_letter.scan_id = doomed.scan_id and dead_letter.replays = doomed.replays
                returning dead_letter.scan_id, dead_letter.replays, dead_letter.died_at),
            remembered as (
                insert into dead_letters.purged_letter (scan_id, replays, died_at, command_id)
                select scan_id, replays, died_at, :commandId from gone
                on conflict (scan_id, replays) do nothing)
            update dead_letters.operator_action
            set affected = affected + (select count(*) from gone)
            where command_id = :commandId
            returning (select count(*)::int from gone)
            """
                    .formatted(NOT_BEING_REPLAYED);

    private static final String NEWEST =
            """
            select replays, state, (%s) as free
            from dead_letters.dead_letter
            where scan_id = :scanId
            order by replays desc
            limit 1
            for update
            """
                    .formatted(NOT_BEING_REPLAYED);

    private static final String SET_ASIDE =
            """
            update dead_letters.dead_letter
            set set_aside = :setAside, state_by = :orderedBy, state_reason = :reason, state_at = now()
            where scan_id = :scanId and replays = :replays
            """;

    private record Newest(int replays, String state, boolean free) {}

    private final Jdbi jdbi;
    private final JsonMapper json;
    private final KeepingMeters meters;

    public OperatorActions(Jdbi jdbi, JsonMapper json, KeepingMeters meters) {
        this.jdbi = jdbi;
        this.json = json;
        this.meters = meters;
    }

    /** Lets no replay take the scan's newest dead letter until it is released. */
    public void quarantine(OperatorCommand command) {
        judge(command, "quarantine", "quarantined");
    }

    /** Says that the scan's newest dead letter needs no replay. */
    public void discard(OperatorCommand command) {
        judge(command, "discard", "discarded");
    }

    /** Makes the scan's newest dead letter an ordinary one again. */
    public void release(OperatorCommand command) {
        judge(command, "release", null);
    }

    /** Deletes what the order's filter chooses. */
    public void purge(OperatorCommand command) {
        String commandId = StorableText.of(command.getCommandId());
        DeadLetterFilter filter = command.getFilter();
        boolean open = jdbi.inTransaction(handle -> take(handle, command, "purge", filter));
        if (!open) {
            log.info("the purge {} was carried out before", commandId);
            return;
        }
        if (filter == null) {
            // Nobody means everything by leaving out what to delete.
            jdbi.useHandle(handle -> settle(handle, commandId, null, ActionOutcome.NO_FILTER, 0));
            log.warn("the purge {} names no filter and deletes nothing", commandId);
            return;
        }
        var selection = DeadLetterSelection.of(filter);
        long purged = 0;
        int batch;
        do {
            batch =
                    jdbi.withHandle(handle ->
                            selection
                                    .bind(handle.createQuery(PURGE))
                                    .define("chosen", selection.condition())
                                    .bind("commandId", commandId)
                                    .bind("limit", BATCH)
                                    .mapTo(Integer.class)
                                    .one());
            meters.purged(batch);
            purged += batch;
        } while (batch > 0);
        jdbi.useHandle(handle -> settle(handle, commandId, null, ActionOutcome.DONE, 0));
        log.info(
                "the purge {} of {} deleted {} dead letters",
                commandId,
                command.getOrderedBy(),
                purged);
    }

    private void judge(OperatorCommand command, String kind, @Nullable String setAside) {
        jdbi.useTransaction(handle -> {
            if (!take(handle, command, kind, null)) {
                return;
            }
            String commandId = StorableText.of(command.getCommandId());
            String scanId = command.getScanId() == null ? "" : StorableText.of(command.getScanId());
            Optional<Newest> newest =
                    handle.createQuery(NEWEST)
                            .bind("scanId", scanId)
                            .map((row, _) ->
                                    new Newest(
                                            row.getInt("replays"),
                                            row.getString("state"),
                                            row.getBoolean("free")))
                            .findOne();
            ActionOutcome outcome =
                    newest.map(found -> outcome(found, setAside))
                            .orElseGet(() ->
                                    isPurged(handle, scanId)
                                            ? ActionOutcome.PURGED
                                            : ActionOutcome.UNKNOWN_SCAN);
            int affected = 0;
            if (outcome == ActionOutcome.DONE) {
                affected =
                        handle.createUpdate(SET_ASIDE)
                                .bind("setAside", setAside)
                                .bind("orderedBy", StorableText.of(command.getOrderedBy()))
                                .bind("reason", StorableText.of(command.getReason()))
                                .bind("scanId", scanId)
                                .bind("replays", newest.orElseThrow().replays())
                                .execute();
            }
            settle(handle, commandId, newest.map(Newest::replays).orElse(null), outcome, affected);
            log.info("{} {} of scan {}: {}", kind, commandId, scanId, outcome.word());
        });
    }

    private static ActionOutcome outcome(Newest newest, @Nullable String setAside) {
        if (newest.state().equals("replayed")) {
            return ActionOutcome.ALREADY_REPLAYED;
        }
        if (!newest.free()) {
            return ActionOutcome.BEING_REPLAYED;
        }
        if (setAside == null) {
            return newest.state().equals("dead") ? ActionOutcome.NOT_SET_ASIDE : ActionOutcome.DONE;
        }
        return newest.state().equals(setAside) ? ActionOutcome.ALREADY_SO : ActionOutcome.DONE;
    }

    private static boolean isPurged(Handle handle, String scanId) {
        return handle.createQuery(
                        "select exists (select from dead_letters.purged_letter where scan_id = :scanId)")
                .bind("scanId", scanId)
                .mapTo(Boolean.class)
                .one();
    }

    /** Writes the order down; whether it is still to be carried out. */
    private boolean take(
            Handle handle,
            OperatorCommand command,
            String kind,
            @Nullable DeadLetterFilter filter) {
        String commandId = StorableText.of(command.getCommandId());
        String scanId = command.getScanId();
        handle.createUpdate(TAKE)
                .bind("commandId", commandId)
                .bind("requestId", StorableText.of(command.getRequestId()))
                .bind("kind", kind)
                .bind("scanId", scanId == null ? null : StorableText.of(scanId))
                .bind(
                        "filter",
                        filter == null ? null : json.writeValueAsString(ReadableFilter.of(filter)))
                .bind("orderedBy", StorableText.of(command.getOrderedBy()))
                .bind("reason", StorableText.of(command.getReason()))
                .bind("orderedAt", command.getOrderedAt())
                .execute();
        return handle.createQuery(OPEN).bind("commandId", commandId).mapTo(Boolean.class).one();
    }

    private static void settle(
            Handle handle,
            String commandId,
            @Nullable Integer replays,
            ActionOutcome outcome,
            int affected) {
        handle.createUpdate(SETTLE)
                .bind("outcome", outcome.word())
                .bind("replays", replays)
                .bind("affected", affected)
                .bind("commandId", commandId)
                .execute();
    }
}

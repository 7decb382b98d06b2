package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.StorableText;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.scan.ScanEvent;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Learns from {@code scan.events} how replayed scans ended, and writes it to the dead letters they
 * came from and to their replays.
 *
 * <p>An end belongs to the life after a dead letter when its attempt is a later one than the dead
 * letter's last; a scan that is cancelled while it waits ends with that last number itself. Such an
 * end also proves that the dead letter was replayed, where a crash kept that from being written. A
 * dead letter that was deleted meanwhile is known from the replay that sent it. Idempotent;
 * thread-safe; blocks on the database.
 */
public final class ReplayEnds implements RecordHandler<ScanEvent> {

    /** The number of a dead letter's last attempt, as an expression on {@code dead_letter}. */
    static final String LAST_ATTEMPT =
            """
            coalesce((select max((failure ->> 'attempt')::int)
                      from jsonb_array_elements(dead_letter.record -> 'failures') failure),
                     (dead_letter.record -> 'request' ->> 'earlierAttempts')::int)\
            """;

    /*
     * All lives are locked and looked at afterwards: a hand-over under way has not been committed, and must not be
     * missed.
     */
    private static final String LIVES =
            """
            select replays, coalesce(replay_id, claimed_by) as replay_id, %s as last_attempt
            from dead_letters.dead_letter
            where scan_id = :scanId and next_end is null
            for update
            """
                    .formatted(LAST_ATTEMPT);

    /* Also those whose dead letter was purged or has expired since it went. */
    private static final String UNDER_WAY =
            """
            select replays, replay_id, last_attempt
            from dead_letters.replay_item
            where scan_id = :scanId and state = 'published' and last_attempt is not null
            for update
            """;

    private static final String ENDED =
            """
            update dead_letters.dead_letter set next_end = :end, next_ended_at = :endedAt,
                replayed_at = coalesce(replayed_at, now()),
                replay_id = coalesce(replay_id, claimed_by), claimed_by = null
            where scan_id = :scanId and replays = :replays
            """;

    private static final String ITEM_ENDED =
            """
            update dead_letters.replay_item set state = :end, ended_at = :endedAt,
                published_at = coalesce(published_at, clock_timestamp())
            where scan_id = :scanId and replays = :replays
              and (state = 'published' or state = 'pending' and replay_id = :replayId)
            """;

    private record Life(int replays, @Nullable String replayId, int lastAttempt) {}

    private final Jdbi jdbi;

    public ReplayEnds(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void handle(ScanEvent event, ConsumerRecord<byte[], byte[]> record) {
        switch (event.getKind()) {
            case COMPLETED -> ended(event, "completed", event.getAttempt() - 1);
            case DEAD_LETTERED -> ended(event, "died", event.getAttempt() - 1);
            case CANCELLED -> ended(event, "cancelled", event.getAttempt());
            case ACCEPTED,
                    DISPATCHED,
                    RETRYING,
                    REPORT_PUBLISHED,
                    BATCH_PROGRESS,
                    LEDGER,
                    OVERDUE,
                    UNKNOWN -> {
                // No end of a scan.
            }
        }
    }

    private void ended(ScanEvent event, String end, int lastAttemptAtMost) {
        String scanId = StorableText.of(event.getScanId());
        jdbi.useTransaction(handle -> {
            Optional<Life> before =
                    Stream.of(LIVES, UNDER_WAY)
                            .flatMap(sql -> lives(handle, sql, scanId).stream())
                            .filter(life -> life.lastAttempt() <= lastAttemptAtMost)
                            .max(Comparator.comparingInt(Life::replays));
            before.ifPresent(life -> write(handle, scanId, life, end, event.getAt()));
        });
    }

    private static List<Life> lives(Handle handle, String sql, String scanId) {
        return handle.createQuery(sql)
                .bind("scanId", scanId)
                .map((row, context) ->
                        new Life(
                                row.getInt("replays"),
                                row.getString("replay_id"),
                                row.getInt("last_attempt")))
                .list();
    }

    private static void write(
            Handle handle, String scanId, Life life, String end, Instant endedAt) {
        handle.createUpdate(ENDED)
                .bind("scanId", scanId)
                .bind("replays", life.replays())
                .bind("end", end)
                .bind("endedAt", endedAt)
                .execute();
        handle.createUpdate(ITEM_ENDED)
                .bind("scanId", scanId)
                .bind("replays", life.replays())
                .bind("replayId", life.replayId())
                .bind("end", end)
                .bind("endedAt", endedAt)
                .execute();
    }
}

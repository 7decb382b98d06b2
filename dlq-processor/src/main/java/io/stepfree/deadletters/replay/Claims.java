package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.LoopGuard;
import org.jdbi.v3.core.Handle;

/**
 * Claims dead letters for a replay, so that each is in at most one that goes on, and says of the
 * others why they are left alone. Works inside the caller's transaction.
 */
final class Claims {

    /*
     * Those that came while the limit was higher. "Released" is a dead letter that somebody has judged and that is dead
     * again: it may go once more.
     */
    private static final String GUARD =
            """
            update dead_letters.dead_letter set set_aside = 'quarantined', state_by = 'loop guard', state_at = now(),
                state_reason = :why
            from dead_letters.replay_item item
            where item.replay_id = :id and item.state = 'held'
              and dead_letter.scan_id = item.scan_id and dead_letter.replays = item.replays
              and dead_letter.replays >= :limit and dead_letter.state = 'dead'
              and dead_letter.state_at is null and dead_letter.claimed_by is null
            returning dead_letter.scan_id, dead_letter.replays
            """;

    private static final String SKIP_GUARDED =
            """
            with guarded as (%s)
            update dead_letters.replay_item set state = 'skipped', reason = 'loop_guard'
            from guarded
            where replay_item.replay_id = :id
              and replay_item.scan_id = guarded.scan_id and replay_item.replays = guarded.replays
            """
                    .formatted(GUARD);

    private static final String CLAIM =
            """
            with claimed as (
                update dead_letters.dead_letter set claimed_by = :id
                from dead_letters.replay_item item
                where item.replay_id = :id and item.state = 'held'
                  and dead_letter.scan_id = item.scan_id and dead_letter.replays = item.replays
                  and dead_letter.state = 'dead' and dead_letter.claimed_by is null
                  and not exists (select 1 from dead_letters.dead_letter newer
                                  where newer.scan_id = dead_letter.scan_id and newer.replays > dead_letter.replays)
                returning dead_letter.scan_id, dead_letter.replays)
            update dead_letters.replay_item set state = 'pending'
            from claimed
            where replay_item.replay_id = :id
              and replay_item.scan_id = claimed.scan_id and replay_item.replays = claimed.replays
            """;

    private static final String SKIP_OTHERS =
            """
            update dead_letters.replay_item set state = 'skipped', reason = coalesce(
                (select case
                     when dead_letter.state = 'replayed' then 'already_replayed'
                     when dead_letter.state <> 'dead' then dead_letter.state
                     when dead_letter.claimed_by is not null then 'in_another_replay'
                     else 'not_the_newest_life' end
                 from dead_letters.dead_letter
                 where dead_letter.scan_id = replay_item.scan_id and dead_letter.replays = replay_item.replays),
                'purged')
            where replay_id = :id and state = 'held'
            """;

    private static final String LET_GO =
            "update dead_letters.dead_letter set claimed_by = null where claimed_by = :id";

    private static final String HOLD =
            "update dead_letters.replay_item set state = 'held' where replay_id = :id and state = 'pending'";

    private Claims() {}

    /**
     * Makes every held item of the replay either pending, and its dead letter claimed, or skipped.
     */
    static void take(Handle handle, String replayId, LoopGuard guard) {
        handle.createUpdate(SKIP_GUARDED)
                .bind("id", replayId)
                .bind("limit", guard.replayLimit())
                .bind("why", guard.sentence())
                .execute();
        handle.createUpdate(CLAIM).bind("id", replayId).execute();
        handle.createUpdate(SKIP_OTHERS).bind("id", replayId).execute();
    }

    /** Gives up what has not gone, so that another replay may take it. */
    static void release(Handle handle, String replayId) {
        handle.createUpdate(LET_GO).bind("id", replayId).execute();
        handle.createUpdate(HOLD).bind("id", replayId).execute();
    }
}

package io.stepfree.deadletters.erasure;

import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * A client's dead letters, also those that a replay is about to hand on, which so leaves them
 * alone.
 *
 * <p>What operators have ordered stays, with who, why and what came of it. But the ids of these
 * scans go from it: a replay's items keep their place in its sums without one, and the samples of
 * dry runs lose those that are meant. Thread-safe.
 */
public final class ClientDeadLetters implements ErasableStore {

    private static final int AT_ONCE = 500;

    private static final String COVERED =
            """
             from dead_letters.dead_letter
            where client = :client and (record -> 'request' ->> 'submittedAt')::timestamptz <= :moment
            """;

    private static final String SOME =
            "select distinct scan_id" + COVERED + "order by scan_id limit :limit";

    /* A replay that is handing one on is waited for. */
    private static final String DELETE =
            """
            delete from dead_letters.dead_letter
            where scan_id = any(:scanIds) and client = :client
              and (record -> 'request' ->> 'submittedAt')::timestamptz <= :moment
            """;

    /* Those on their way are being cancelled, and nothing will be heard of their end. */
    private static final String BLANK_ITEMS =
            """
            update dead_letters.replay_item
            set scan_id = 'erased-' || ordinal,
                reason = case when state in ('held', 'pending') then 'purged' else reason end,
                ended_at = case when state = 'published' then now() else ended_at end,
                state = case when state in ('held', 'pending') then 'skipped'
                             when state = 'published' then 'cancelled'
                             else state end
            where scan_id = any(:scanIds)
            """;

    private static final String BLANK_ORDERS =
            """
            update dead_letters.replay_order
            set scan_id = null, outcome = coalesce(outcome, 'purged'),
                settled_at = coalesce(settled_at, now())
            where scan_id = any(:scanIds)
            """;

    private static final String BLANK_ACTIONS =
            "update dead_letters.operator_action set scan_id = null where scan_id = any(:scanIds)";

    private static final String BLANK_SAMPLES =
            """
            update dead_letters.replay
            set sample = (select jsonb_agg(letter)
                          from jsonb_array_elements(sample) letter
                          where letter ->> 'scanId' <> all(:scanIds))
            where exists (select from jsonb_array_elements(sample) letter
                          where letter ->> 'scanId' = any(:scanIds))
            """;

    private static final String FORGET_PURGED =
            "delete from dead_letters.purged_letter where scan_id = any(:scanIds)";

    @Override
    public void awaitWriters(Handle handle) {
        handle.execute("lock table dead_letters.dead_letter in share row exclusive mode");
    }

    @Override
    public Map<String, Long> eraseSome(Handle handle, Erasure erasure) {
        List<String> scanIds =
                handle.createQuery(SOME)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .bind("limit", AT_ONCE)
                        .mapTo(String.class)
                        .list();
        if (scanIds.isEmpty()) {
            return Map.of();
        }
        long letters =
                handle.createUpdate(DELETE)
                        .bindArray("scanIds", String.class, scanIds)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .execute();
        long traces = 0;
        for (String sql :
                List.of(BLANK_ITEMS, BLANK_ORDERS, BLANK_ACTIONS, BLANK_SAMPLES, FORGET_PURGED)) {
            traces +=
                    handle.createUpdate(sql).bindArray("scanIds", String.class, scanIds).execute();
        }
        return Map.of("deadLetters", letters, "traces", traces);
    }

    @Override
    public Map<String, Long> remaining(Handle handle, Erasure erasure) {
        return Map.of(
                "deadLetters",
                handle.createQuery("select count(*)" + COVERED)
                        .bind("client", erasure.client())
                        .bind("moment", erasure.moment())
                        .mapTo(Long.class)
                        .one());
    }
}

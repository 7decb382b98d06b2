package io.stepfree.deadletters.replay;

import io.stepfree.deadletters.index.DeadLetterSelection;
import io.stepfree.schemas.ops.DeadLetterFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tables {@code replay}, {@code replay_item} and {@code replay_step}. Every method works inside
 * the caller's transaction; whoever changes a replay or its items holds the lock on its row.
 */
final class ReplayRows {

    private static final String ACTIVE =
            "state in ('choosing', 'canary', 'waiting_for_canary', 'running')";

    private static final String INSERT =
            """
            insert into dead_letters.replay (id, request_id, ordered_by, reason, ordered_at, plan, state)
            values (:id, :requestId, :orderedBy, :reason, :orderedAt, cast(:plan as jsonb), 'choosing')
            on conflict (id) do nothing
            """;

    private static final String COLUMNS =
            "id, ordered_at, plan::text as plan, state, canary_size, chosen, canary, coalesce(waits_until < clock_timestamp(), false) as overdue";

    private static final String NEXT_DUE =
            """
            select %s from dead_letters.replay
            where %s and next_at <= clock_timestamp()
            order by next_at
            limit 1
            for update skip locked
            """
                    .formatted(COLUMNS, ACTIVE);

    private static final String LOCK =
            "select %s from dead_letters.replay where id = :id for update".formatted(COLUMNS);

    private static final String PAUSE =
            "select extract(epoch from min(next_at) - clock_timestamp()) from dead_letters.replay where "
                    + ACTIVE;

    private static final String CHOOSE_BY_FILTER =
            """
            insert into dead_letters.replay_item (replay_id, scan_id, replays, ordinal, state)
            select :id, scan_id, replays, row_number() over (order by died_at, scan_id), 'held'
            from dead_letters.dead_letter
            where <condition> and <state>
              and not exists (select 1 from dead_letters.dead_letter newer
                              where newer.scan_id = dead_letter.scan_id and newer.replays > dead_letter.replays)
            """;

    /* What comes first is spread by a hash, as the oldest ones may all be of one host. */
    private static final String PUT_CANARY_FIRST =
            """
            update dead_letters.replay_item set ordinal = ordinal - 1000000000
            from (select scan_id, replays from dead_letters.replay_item
                  where replay_id = :id and state = 'pending'
                  order by md5(:id || scan_id)
                  limit :size) first
            where replay_item.replay_id = :id
              and replay_item.scan_id = first.scan_id and replay_item.replays = first.replays
            """;

    private static final String COUNT =
            """
            select state, coalesce(reason, '') as reason, count(*) as items
            from dead_letters.replay_item
            where replay_id = :id
            group by state, reason
            union all
            select 'skipped', reason.key, reason.value::int
            from dead_letters.replay, jsonb_each_text(left_alone) reason
            where id = :id
            """;

    private static final String SAMPLE =
            """
            select jsonb_agg(to_jsonb(first)) from (
                select scan_id as "scanId", url, failure_type as "failureType", died_at as "diedAt", replays
                from dead_letters.replay_item join dead_letters.dead_letter using (scan_id, replays)
                where replay_item.replay_id = :id and replay_item.state = 'pending'
                order by ordinal
                limit 10) first
            """;

    private static final String NEXT_ITEM =
            """
            select scan_id, replays from dead_letters.replay_item
            where replay_id = :id and state = 'pending'
            order by ordinal
            limit 1
            """;

    private static final String ITEM_WENT =
            """
            update dead_letters.replay_item set state = 'published', published_at = clock_timestamp(),
                last_attempt = (select %s from dead_letters.dead_letter
                                where dead_letter.scan_id = replay_item.scan_id
                                  and dead_letter.replays = replay_item.replays)
            where replay_id = :id and scan_id = :scanId and replays = :replays and state = 'pending'
            """
                    .formatted(ReplayEnds.LAST_ATTEMPT);

    private static final String ITEM_LEFT_ALONE =
            """
            update dead_letters.replay_item set state = 'skipped', reason = :reason
            where replay_id = :id and scan_id = :scanId and replays = :replays and state = 'pending'
            """;

    /* After a stall no more than one second's worth is made up for. */
    private static final String PACE =
            """
            update dead_letters.replay set next_at = greatest(next_at + make_interval(secs => 1 / cast(:rate as float8)),
                                                 clock_timestamp() - interval '1 second')
            where id = :id
            """;

    private static final String LOOK_AGAIN =
            "update dead_letters.replay set next_at = clock_timestamp() + make_interval(secs => :seconds) where id = :id";

    private static final String MOVE =
            """
            update dead_letters.replay set state = :state, next_at = clock_timestamp(),
                waits_until = clock_timestamp() + make_interval(secs => cast(:patience as float8)),
                started_at = coalesce(started_at, clock_timestamp()), ended_at = null, ending = null
            where id = :id
            """;

    private static final String END =
            """
            update dead_letters.replay set state = :state, ending = :ending, waits_until = null,
                ended_at = clock_timestamp()
            where id = :id
            """;

    private static final String STEP =
            """
            insert into dead_letters.replay_step (replay_id, kind, command_id, done_by, reason)
            values (:id, :kind, :commandId, :by, :reason)
            on conflict (command_id) do nothing
            """;

    private static final String WAIT_FOR_ENDS =
            """
            update dead_letters.replay set waits_until = coalesce(waits_until,
                clock_timestamp() + make_interval(secs => cast(:patience as float8)))
            where id = :id
            """;

    /** One dead letter of a replay. */
    record Item(String scanId, int replays) {}

    private final JsonMapper json;

    ReplayRows(JsonMapper json) {
        this.json = json;
    }

    /** Takes an order; the same one met again changes nothing. */
    void insert(Handle handle, TakenOrder order, ReadablePlan plan) {
        handle.createUpdate(INSERT)
                .bind("id", order.id())
                .bind("requestId", order.requestId())
                .bind("orderedBy", order.orderedBy())
                .bind("reason", order.reason())
                .bind("orderedAt", order.orderedAt())
                .bind("plan", json.writeValueAsString(plan))
                .execute();
    }

    /** The replay that is to be worked on now, locked; another instance's is passed over. */
    Optional<Replay> nextDue(Handle handle) {
        return handle.createQuery(NEXT_DUE).map((row, context) -> replay(row)).findOne();
    }

    /** That replay, locked. */
    Optional<Replay> lock(Handle handle, String id) {
        return handle.createQuery(LOCK).bind("id", id).map((row, context) -> replay(row)).findOne();
    }

    /** How long nothing is to be done, in seconds; empty while there is no replay. */
    Optional<Double> pause(Handle handle) {
        return handle.createQuery(PAUSE).mapTo(Double.class).findOne();
    }

    /**
     * Puts what the filter chooses into the replay, as items that are not yet claimed. What has
     * been replayed or discarded is chosen only when the filter asks for it by its state.
     */
    void choose(Handle handle, String id, DeadLetterFilter filter) {
        var selection = DeadLetterSelection.of(filter);
        var state =
                filter.getState() == null ? "dead_letter.state in ('dead', 'quarantined')" : "true";
        selection
                .bind(handle.createUpdate(CHOOSE_BY_FILTER))
                .define("condition", selection.condition())
                .define("state", state)
                .bind("id", id)
                .execute();
    }

    /** Has so many items go before all others. */
    void putCanaryFirst(Handle handle, String id, int size) {
        handle.createUpdate(PUT_CANARY_FIRST).bind("id", id).bind("size", size).execute();
        handle.createUpdate("update dead_letters.replay set canary_size = :size where id = :id")
                .bind("id", id)
                .bind("size", size)
                .execute();
    }

    ReplayCounts counts(Handle handle, String id) {
        var byState = new HashMap<String, Integer>();
        var skipped = new HashMap<String, Integer>();
        handle.createQuery(COUNT)
                .bind("id", id)
                .map((row, context) -> {
                    int items = row.getInt("items");
                    byState.merge(row.getString("state"), items, Integer::sum);
                    if (row.getString("state").equals("skipped")) {
                        skipped.merge(row.getString("reason"), items, Integer::sum);
                    }
                    return items;
                })
                .list();
        return new ReplayCounts(
                byState.getOrDefault("held", 0) + byState.getOrDefault("pending", 0),
                byState.getOrDefault("published", 0),
                byState.getOrDefault("completed", 0),
                byState.getOrDefault("died", 0),
                byState.getOrDefault("cancelled", 0),
                skipped);
    }

    /** The first of those that go, as JSON; null when there are none. */
    @Nullable String sample(Handle handle, String id) {
        return handle.createQuery(SAMPLE)
                .bind("id", id)
                .map((row, context) -> row.getString(1))
                .findOne()
                .orElse(null);
    }

    void chosen(Handle handle, String id, int chosen) {
        handle.createUpdate("update dead_letters.replay set chosen = :chosen where id = :id")
                .bind("id", id)
                .bind("chosen", chosen)
                .execute();
    }

    /** Keeps how many were left alone that have no item. */
    void leftAloneWithoutItem(Handle handle, String id, Map<String, Integer> reasons) {
        handle.createUpdate(
                        "update dead_letters.replay set left_alone = cast(:reasons as jsonb) where id = :id")
                .bind("id", id)
                .bind("reasons", json.writeValueAsString(reasons))
                .execute();
    }

    /** Keeps the first of those that would go. */
    void sampled(Handle handle, String id, @Nullable String sample) {
        handle.createUpdate(
                        "update dead_letters.replay set sample = cast(:sample as jsonb) where id = :id")
                .bind("id", id)
                .bind("sample", sample)
                .execute();
    }

    Optional<Item> nextItem(Handle handle, String id) {
        return handle.createQuery(NEXT_ITEM)
                .bind("id", id)
                .map((row, context) -> new Item(row.getString("scan_id"), row.getInt("replays")))
                .findOne();
    }

    void went(Handle handle, Replay replay, Item item) {
        handle.createUpdate(ITEM_WENT)
                .bind("id", replay.id())
                .bind("scanId", item.scanId())
                .bind("replays", item.replays())
                .execute();
        handle.createUpdate(PACE)
                .bind("id", replay.id())
                .bind("rate", replay.plan().rate())
                .execute();
    }

    void leftAlone(Handle handle, Replay replay, Item item, LeftAlone reason) {
        handle.createUpdate(ITEM_LEFT_ALONE)
                .bind("id", replay.id())
                .bind("scanId", item.scanId())
                .bind("replays", item.replays())
                .bind("reason", reason.word())
                .execute();
    }

    void lookAgainIn(Handle handle, String id, Duration pause) {
        handle.createUpdate(LOOK_AGAIN)
                .bind("id", id)
                .bind("seconds", pause.toMillis() / 1000.0)
                .execute();
    }

    /**
     * Moves it on to a state in which the driver goes on with it.
     *
     * @param patience how long that state waits; null for as long as it takes
     */
    void move(Handle handle, String id, ReplayState state, @Nullable Duration patience) {
        handle.createUpdate(MOVE)
                .bind("id", id)
                .bind("state", state.word())
                .bind("patience", patience == null ? null : patience.toMillis() / 1000.0)
                .execute();
    }

    /** From now on, once, the last ends are waited for. */
    void waitForEnds(Handle handle, String id, Duration patience) {
        handle.createUpdate(WAIT_FOR_ENDS)
                .bind("id", id)
                .bind("patience", patience.toMillis() / 1000.0)
                .execute();
    }

    void canary(Handle handle, String id, String verdict) {
        handle.createUpdate("update dead_letters.replay set canary = :verdict where id = :id")
                .bind("id", id)
                .bind("verdict", verdict)
                .execute();
    }

    /**
     * Moves it to a state in which the driver leaves it alone, and says why in a sentence. However
     * it ends, it lets go of what it had claimed.
     */
    void end(Handle handle, String id, ReplayState state, String ending) {
        Claims.release(handle, id);
        handle.createUpdate(END)
                .bind("id", id)
                .bind("state", state.word())
                .bind("ending", ending)
                .execute();
    }

    /**
     * Remembers who stopped or resumed it, and why.
     *
     * @return whether that order is a new one; one that comes again must not undo what came after
     */
    boolean step(Handle handle, String id, ReplayStep step) {
        return handle.createUpdate(STEP)
                        .bind("id", id)
                        .bind("kind", step.kind().word())
                        .bind("commandId", step.commandId())
                        .bind("by", step.by())
                        .bind("reason", step.reason())
                        .execute()
                == 1;
    }

    private Replay replay(ResultSet row) throws SQLException {
        return new Replay(
                row.getString("id"),
                row.getObject("ordered_at", OffsetDateTime.class).toInstant(),
                json.readValue(row.getString("plan"), ReadablePlan.class),
                ReplayState.of(row.getString("state")),
                row.getInt("canary_size"),
                row.getObject("chosen") != null,
                row.getString("canary") != null,
                row.getBoolean("overdue"));
    }
}

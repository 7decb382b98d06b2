package io.stepfree.gateway.schedules;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.KeyRow;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.access.Scope;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Tells as whom a schedule submits: it belongs to a client and not to the key that made it, goes on
 * when that is replaced, and ends with the last key of its client. Thread-safe; throws what {@link
 * Keys#list} throws.
 */
final class Standing {

    private static final int ALL = 100_000;

    private final Keys keys;
    private final boolean tokens;
    private final InstantSource clock;

    /**
     * @param tokens whether clients may also come without a key, by a token
     */
    Standing(Keys keys, boolean tokens, InstantSource clock) {
        this.keys = keys;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Who it is, with the plan of the client's keys, or the one by which the schedule was made;
     * empty when the client has no live key, be it that all have ended or that they were erased.
     */
    Optional<Caller> of(ScheduleStore.Due due) {
        Optional<KeyRow> live =
                keys.list(due.client(), ALL).stream()
                        .filter(key -> key.isLive(clock.instant()))
                        .findFirst();
        if (live.isEmpty() && !tokens && !due.client().equals(Caller.LOCAL_CLIENT)) {
            return Optional.empty();
        }
        return Optional.of(
                new Caller(
                        "schedule " + due.name(),
                        due.client(),
                        Set.of(Scope.SUBMIT),
                        live.map(KeyRow::plan).orElse(due.plan())));
    }
}

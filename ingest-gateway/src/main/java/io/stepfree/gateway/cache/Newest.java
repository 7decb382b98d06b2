package io.stepfree.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was told of new results: with which engine the last one was made, and of each key when the
 * newest was. Whatever lies in a cache is held against it, so that one that was read just before it
 * was told, or put there by another gateway just after, is not believed. Thread-safe.
 */
final class Newest {

    private static final long MOST = 100_000;

    private final Cache<String, Instant> byKey;
    private final AtomicReference<@Nullable Made> last = new AtomicReference<>();

    private record Made(Instant at, String engine) {}

    /**
     * @param keep how old a result may be that is held against it
     */
    Newest(Duration keep) {
        this.byKey = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(keep).build();
    }

    /**
     * @param key empty where there is none
     */
    void hear(String key, Instant completedAt, String engine) {
        last.accumulateAndGet(
                new Made(completedAt, engine),
                (known, told) -> known == null || !told.at().isBefore(known.at()) ? told : known);
        if (!key.isEmpty()) {
            byKey.asMap().merge(key, completedAt, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    /** Whether nothing newer is known, and the engine is the one that is used now. */
    boolean allows(String key, KnownResult result) {
        Made made = last.get();
        Instant known = byKey.getIfPresent(key);
        return made != null
                && made.engine().equals(result.engine())
                && (known == null || !known.isAfter(result.completedAt()));
    }
}

package io.stepfree.gateway.monitoring;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with what was last read when it cannot be read anew in time. What was read a moment ago
 * is not read again, and nothing is read twice at once, so that a source that hangs is waited for
 * by one thread only. Thread-safe.
 *
 * @param <K> what is asked for
 */
final class LastKnown<K, T> {

    private static final Logger log = LoggerFactory.getLogger(LastKnown.class);

    private static final int MOST = 200;

    private final Duration fresh;
    private final InstantSource clock;
    private final Map<K, Known<T>> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<K, Known<T>> eldest) {
                    return size() > MOST;
                }
            };
    private final Map<K, CompletableFuture<T>> reading = new LinkedHashMap<>();

    /**
     * @param fresh for how long something that was read is not read again
     */
    LastKnown(Duration fresh, InstantSource clock) {
        this.fresh = fresh;
        this.clock = clock;
    }

    /** What is asked for, read anew if that can be done in time; empty when it never could be. */
    Optional<Known<T>> ask(K what, Callable<T> source) throws InterruptedException {
        Known<T> before = known(what);
        if (before != null && before.asOf().plus(fresh).isAfter(clock.instant())) {
            return Optional.of(before);
        }
        CompletableFuture<T> read = begin(what, source);
        try {
            T value = Promptly.await(read);
            return Optional.of(new Known<>(value, clock.instant(), false));
        } catch (ExecutionException e) {
            log.debug("{} cannot be read now", what, e.getCause());
        } catch (TimeoutException e) {
            log.debug("{} is not read in time", what, e);
        }
        return Optional.ofNullable(before).map(old -> new Known<>(old.value(), old.asOf(), true));
    }

    private synchronized @Nullable Known<T> known(K what) {
        return known.get(what);
    }

    private synchronized CompletableFuture<T> begin(K what, Callable<T> source) {
        return reading.computeIfAbsent(
                what,
                _ ->
                        Promptly.begin(() -> {
                            @Nullable T value = null;
                            try {
                                value = source.call();
                                return value;
                            } finally {
                                end(what, value);
                            }
                        }));
    }

    private synchronized void end(K what, @Nullable T value) {
        reading.remove(what);
        if (value != null) {
            known.put(what, new Known<>(value, clock.instant(), false));
        }
    }
}

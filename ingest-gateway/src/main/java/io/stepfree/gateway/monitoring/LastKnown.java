package io.stepfree.gateway.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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
 * Answers with what was last read when it cannot be read anew at once. What was read a moment ago
 * is not read again, and nothing is read twice at a time, so that a source that hangs is waited for
 * by one thread only. Thread-safe.
 *
 * @param <K> what is asked for
 * @param <T> what is read
 */
final class LastKnown<K, T> {

    private static final Logger log = LoggerFactory.getLogger(LastKnown.class);

    /** Who has something to show waits no longer than this for something newer. */
    private static final Duration PATIENCE = Duration.ofMillis(30);

    /** What is older than this is told to be, although no reading has failed. */
    private static final Duration OLD = Duration.ofSeconds(10);

    private static final int MOST = 200;

    private final Duration fresh;
    private final InstantSource clock;
    private final Map<K, Reading<T>> entries =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<K, Reading<T>> eldest) {
                    return size() > MOST;
                }
            };
    private final Map<K, CompletableFuture<T>> reading = new HashMap<>();

    /**
     * @param failed whether the last reading has failed
     */
    private record Reading<T>(T value, Instant asOf, boolean failed) {}

    /**
     * @param fresh for how long something that was read is not read again
     */
    LastKnown(Duration fresh, InstantSource clock) {
        this.fresh = fresh;
        this.clock = clock;
    }

    /** What is asked for, read anew if that can be done in time; empty when it never could be. */
    Optional<Known<T>> ask(K what, Callable<T> source) throws InterruptedException {
        Reading<T> before = entry(what);
        if (before != null && before.asOf().plus(fresh).isAfter(clock.instant())) {
            return Optional.of(new Known<>(before.value(), before.asOf(), false));
        }
        CompletableFuture<T> read = begin(what, source);
        try {
            T value = Promptly.await(read, before == null ? Promptly.LONGEST : PATIENCE);
            return Optional.of(new Known<>(value, clock.instant(), false));
        } catch (ExecutionException e) {
            log.debug("{} cannot be read now", what, e.getCause());
        } catch (TimeoutException e) {
            log.debug("{} is not read in time", what, e);
        }
        return Optional.ofNullable(entry(what)).map(this::shown);
    }

    private Known<T> shown(Reading<T> entry) {
        boolean old = entry.asOf().plus(OLD).isBefore(clock.instant());
        return new Known<>(entry.value(), entry.asOf(), entry.failed() || old);
    }

    private synchronized @Nullable Reading<T> entry(K what) {
        return entries.get(what);
    }

    private synchronized CompletableFuture<T> begin(K what, Callable<T> source) {
        CompletableFuture<T> running = reading.get(what);
        if (running != null) {
            return running;
        }
        CompletableFuture<T> read =
                Promptly.begin(() -> {
                    try {
                        T value = source.call();
                        end(what, new Reading<>(value, clock.instant(), false));
                        return value;
                    } catch (Exception | LinkageError e) {
                        Reading<T> before = entry(what);
                        end(
                                what,
                                before == null
                                        ? null
                                        : new Reading<>(before.value(), before.asOf(), true));
                        throw e;
                    }
                });
        reading.put(what, read);
        return read;
    }

    private synchronized void end(K what, @Nullable Reading<T> entry) {
        reading.remove(what);
        if (entry != null) {
            entries.put(what, entry);
        }
    }
}

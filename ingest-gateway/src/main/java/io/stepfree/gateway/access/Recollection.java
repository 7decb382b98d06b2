package io.stepfree.gateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jdbi.v3.core.ConnectionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from the database a moment ago, so that no request waits for it to be read again,
 * and so that what was known when the database went away is still known. Thread-safe.
 *
 * @param <K> what is asked for
 * @param <T> what is read
 */
final class Recollection<K, T> {

    private static final Logger log = LoggerFactory.getLogger(Recollection.class);

    /** For so long nothing is read again. */
    static final Duration FRESH = Duration.ofSeconds(2);

    /** For so long it serves while it is read again; a revoked key is refused after it at last. */
    static final Duration SERVES = Duration.ofSeconds(5);

    /** Who has nothing newer waits no longer than this before it makes do with what it has. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private static final int MOST = 10_000;

    private final Reader<K, T> reader;
    private final Predicate<T> lasting;
    private final LongSupplier nanos;
    private final Cache<K, Entry<T>> entries;
    private final Cache<K, Reading<T>> readings;

    private record Entry<T>(T value, long atNanos) {}

    /** One under way; of two, each is itself. */
    private static final class Reading<T> {
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
    }

    /** Reads from the database, and throws as it does. */
    @FunctionalInterface
    interface Reader<K, T> {
        T read(K what);
    }

    /**
     * @param lasting what is never read again, as it does not change any more
     * @param keep for how long something serves while the database cannot be read
     */
    Recollection(Reader<K, T> reader, Predicate<T> lasting, Duration keep, LongSupplier nanos) {
        this.reader = reader;
        this.lasting = lasting;
        this.nanos = nanos;
        this.entries =
                Caffeine.newBuilder()
                        .maximumSize(MOST)
                        .expireAfterWrite(keep)
                        .ticker(nanos::getAsLong)
                        .build();
        this.readings = Caffeine.newBuilder().maximumSize(MOST).build();
    }

    /**
     * What is asked for, at most {@link #SERVES} old as long as the database answers.
     *
     * @throws RuntimeException as the database does, when it was never read, or too long ago
     */
    T ask(K what) {
        Entry<T> known = entries.getIfPresent(what);
        if (known != null) {
            long age = nanos.getAsLong() - known.atNanos();
            if (age < FRESH.toNanos() || lasting.test(known.value())) {
                return known.value();
            }
            if (age < SERVES.toNanos()) {
                var _ = begin(what);
                return known.value();
            }
        }
        RuntimeException failure;
        try {
            return begin(what).outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            failure =
                    e.getCause() instanceof RuntimeException cause
                            ? cause
                            : new IllegalStateException(e);
        } catch (TimeoutException e) {
            failure = new ConnectionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionException(e);
        }
        if (known == null) {
            throw failure;
        }
        return known.value();
    }

    /** Reads it again before it is told the next time. */
    void forget(K what) {
        entries.invalidate(what);
        readings.invalidate(what);
    }

    /** Forgets everything in this way. */
    void forgetAll() {
        entries.invalidateAll();
        readings.invalidateAll();
    }

    private Reading<T> begin(K what) {
        var fresh = new Reading<T>();
        Reading<T> reading = readings.get(what, _ -> fresh);
        if (reading.equals(fresh)) {
            Thread.ofVirtual().name("access").start(() -> read(what, fresh));
        }
        return reading;
    }

    private void read(K what, Reading<T> reading) {
        try {
            T value = reader.read(what);
            // What was to be forgotten meanwhile is read once more.
            if (reading.equals(readings.getIfPresent(what))) {
                entries.put(what, new Entry<>(value, nanos.getAsLong()));
            }
            end(what, reading);
            reading.outcome.complete(value);
        } catch (RuntimeException | LinkageError e) {
            log.debug("what is known of keys is not renewed now: {}", e.toString());
            end(what, reading);
            reading.outcome.completeExceptionally(e);
        }
    }

    /** Before anybody has its outcome, so that who asks after that begins another one. */
    private void end(K what, Reading<T> reading) {
        readings.asMap().remove(what, reading);
    }
}

package io.stepfree.gateway.waiting;

import io.stepfree.gateway.live.ScanEnds;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those at this gateway who wait for the end of a scan: so many at once, and so many of one client.
 * None takes a thread of the web server or a connection to the database while it waits.
 * Thread-safe.
 */
public final class EndWaits implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EndWaits.class);

    /** Between two looks at views that do not show yet what was told; twice as long each time. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    /* Many scans may end at a moment, and must not take every connection to the database. */
    private static final int ASKING_AT_ONCE = 4;

    private final WaitingProperties properties;
    private final ScanEnds ends;
    private final Semaphore asking = new Semaphore(ASKING_AT_ONCE, true);
    private final Set<Thread> waiting = new HashSet<>();
    private final Map<String, Integer> byClient = new HashMap<>();
    private boolean closed;

    EndWaits(WaitingProperties properties, ScanEnds ends) {
        this.properties = properties;
        this.ends = ends;
    }

    /**
     * What is waited for.
     *
     * @param client who waits
     * @param scanId the scan that is to end
     * @param longest for how long
     * @param begunNow whether the scan was begun by this request, so that it cannot have ended long
     *     ago
     * @param allowed whether who waits may still be told, asked before it is
     * @param end how the scan ended, empty while it has not; asked by another thread, and may block
     */
    public record Wish<T>(
            String client,
            String scanId,
            Duration longest,
            boolean begunNow,
            BooleanSupplier allowed,
            Supplier<Optional<T>> end) {}

    /** How long an answer may be held. */
    public Duration longest() {
        return properties.longest();
    }

    /**
     * Waits for the end, while whoever calls goes on.
     *
     * @param answer is given what {@code end} gives, once and by another thread; or empty when the
     *     time is over, the gateway stops, the one who waits may no longer be told, or it cannot be
     *     found out
     * @return false when too many wait already, so that there will be no answer
     */
    public <T> boolean begin(Wish<T> wish, Consumer<Optional<T>> answer) {
        Thread thread =
                Thread.ofVirtual().name("waiting").unstarted(() -> answer.accept(ended(wish)));
        if (!enter(wish.client(), thread)) {
            return false;
        }
        thread.start();
        return true;
    }

    private <T> Optional<T> ended(Wish<T> wish) {
        try {
            return end(wish);
        } catch (InterruptedException _) {
            log.debug("The gateway stops; nobody waits for {} any more", wish.scanId());
            return Optional.empty();
        } finally {
            leave(wish.client());
        }
    }

    private <T> Optional<T> end(Wish<T> wish) throws InterruptedException {
        long deadline = System.nanoTime() + wish.longest().toNanos();
        try (var watch = ends.watch(wish.scanId())) {
            Optional<T> end = wish.begunNow() ? Optional.empty() : ask(wish);
            if (end.isEmpty() && watch.await(left(deadline))) {
                end = askUntil(deadline, wish);
            } else if (end.isEmpty()) {
                // What was told may have been missed, as while the broker was away.
                end = ask(wish);
            }
            return end.isPresent() && wish.allowed().getAsBoolean() ? end : Optional.empty();
        }
    }

    /* The end was told; the views show it a moment later. */
    private <T> Optional<T> askUntil(long deadline, Wish<T> wish) throws InterruptedException {
        Duration pause = SHORTEST_PAUSE;
        Optional<T> end = ask(wish);
        while (end.isEmpty() && left(deadline).isPositive()) {
            Thread.sleep(shorter(pause, left(deadline)));
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            end = ask(wish);
        }
        return end;
    }

    private <T> Optional<T> ask(Wish<T> wish) throws InterruptedException {
        if (!asking.tryAcquire(wish.longest().toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        try {
            return wish.end().get();
        } catch (RuntimeException e) {
            log.debug("How {} ended cannot be found out: {}", wish.scanId(), e.toString());
            return Optional.empty();
        } finally {
            asking.release();
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private synchronized boolean enter(String client, Thread thread) {
        if (closed
                || waiting.size() >= properties.most()
                || byClient.getOrDefault(client, 0) >= properties.perClient()) {
            return false;
        }
        waiting.add(thread);
        byClient.merge(client, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(String client) {
        waiting.remove(Thread.currentThread());
        byClient.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    /** All who wait are answered now, and nobody waits any more. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.forEach(Thread::interrupt);
    }
}

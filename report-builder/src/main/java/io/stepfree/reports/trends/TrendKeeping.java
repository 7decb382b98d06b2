package io.stepfree.reports.trends;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, every now and then, all sites of which something has changed, each in a transaction by
 * itself. What cannot be counted now is counted the next time, and keeps no other site waiting.
 * Several instances may do it at once: they share the sites. Thread-safe.
 */
public final class TrendKeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TrendKeeping.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** So many times as long as it has counted it rests: a day with many scans takes a while. */
    private static final int REST = 9;

    private final Jdbi jdbi;
    private final TrendCount count = new TrendCount();
    private final Duration every;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("trend-keeping").factory());

    /* Of its own thread. */
    private long notBefore;

    /**
     * @param every how long it waits after it has counted; longer where that took longer than a
     *     ninth of it
     */
    public TrendKeeping(Jdbi jdbi, Duration every) {
        this(jdbi, every, System::nanoTime);
    }

    TrendKeeping(Jdbi jdbi, Duration every, LongSupplier nanoTime) {
        this.jdbi = jdbi;
        this.every = every;
        this.nanoTime = nanoTime;
        this.notBefore = nanoTime.getAsLong();
    }

    public void start() {
        var _ =
                executor.scheduleWithFixedDelay(
                        this::tryToCount, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Counts what is due now; what becomes due meanwhile is for the next time, or a site in use
     * would be counted all the time.
     *
     * @return how many sites
     */
    public int countDue() {
        Optional<Long> last = jdbi.withHandle(count::lastNote);
        var failed = new HashSet<TrendCount.Site>();
        int sites = 0;
        while (last.isPresent() && !executor.isShutdown()) {
            Optional<TrendCount.Site> due =
                    jdbi.withHandle(handle -> count.oldest(handle, last.get(), failed));
            if (due.isEmpty()) {
                break;
            }
            if (isCounted(due.get())) {
                sites++;
            } else {
                failed.add(due.get());
            }
        }
        return sites;
    }

    /* Where it is not this site but the database, whoever asks for the next one is told. */
    private boolean isCounted(TrendCount.Site site) {
        try {
            jdbi.useTransaction(handle -> TrendCount.count(handle, site));
            return true;
        } catch (JdbiException e) {
            log.warn(
                    "the trends of {} of client {} could not be counted, trying again later: {}",
                    site.host(),
                    site.client(),
                    e.toString());
            log.debug("the whole failure", e);
            return false;
        }
    }

    void tryToCount() {
        long start = nanoTime.getAsLong();
        if (start - notBefore < 0) {
            return;
        }
        try {
            int sites = countDue();
            if (sites > 0) {
                log.debug("counted the trends of {} sites again", sites);
            }
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule for good.
            log.warn("trends could not be counted, trying again later: {}", e.toString());
            log.debug("the whole failure", e);
        } finally {
            long end = nanoTime.getAsLong();
            notBefore = end + REST * (end - start);
        }
    }

    @Override
    public void close() {
        // Without an interrupt, which would break the connection: one site is soon counted.
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a site is still being counted");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

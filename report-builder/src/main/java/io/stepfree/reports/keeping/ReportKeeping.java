package io.stepfree.reports.keeping;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.keeping.Retention.Share;
import io.stepfree.reports.shelf.LeftReportsException;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes, once an hour, scans that have ended and nothing was heard of for long, with their
 * reports and files, a bounded number in each transaction; reports of scans that are not known;
 * sites that have ended; and batches of which no scan is left. What is long, a client may have a
 * time of its own for. Findings go by whole months once nobody keeps them any longer, and row by
 * row before; the months to come are made. What cannot be deleted now is tried again in an hour,
 * and keeps nothing else: reports in a bucket, or a folder, that is out of reach are left out.
 * Several instances may do it at once. Thread-safe.
 */
public final class ReportKeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportKeeping.class);

    private static final int BATCH = 200;
    private static final Duration BETWEEN = Duration.ofHours(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /* In one of these buckets; the empty name is that of the folder. */
    private static final String UNREACHED =
            "coalesce(substring(html_file FROM '^s3://([^/]+)/'), '') = ANY (CAST(:unreached AS text[]))";

    /* Of those that were submitted long ago, few have had another life since. */
    private static final String OLD =
            """
            SELECT scan_id
              FROM reports.scan_status
             WHERE (submitted_at < :before OR submitted_at IS NULL)
               AND <share>
               AND updated_at < :before AND status IN ('completed', 'dead_lettered', 'cancelled')
               AND NOT EXISTS (SELECT FROM reports.report
                                WHERE report.scan_id = scan_status.scan_id AND <unreached>)
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """;

    private static final String OLD_WITHOUT_SCAN =
            """
            SELECT scan_id
              FROM reports.report
             WHERE published_at < :before
               AND <share>
               AND NOT EXISTS (SELECT FROM reports.scan_status WHERE scan_status.scan_id = report.scan_id)
               AND NOT (<unreached>)
             LIMIT :limit
               FOR UPDATE SKIP LOCKED
            """;

    private static final String DELETE_SITES =
            """
            DELETE FROM reports.site_status
             WHERE site_id IN (SELECT site_id
                                 FROM reports.site_status
                                WHERE told_at < :before AND <share> AND document->>'ended' = 'true'
                                LIMIT :limit
                                  FOR UPDATE SKIP LOCKED)
            """;

    private static final String DELETE_BATCHES =
            """
            DELETE FROM reports.batch_status
             WHERE told_at < :before
               AND <share>
               AND NOT EXISTS (SELECT FROM reports.scan_status
                                WHERE scan_status.client = batch_status.client
                                  AND scan_status.batch_id = batch_status.batch_id)
            """;

    private static final String FORGET_ERASED =
            "DELETE FROM reports.erased_scan WHERE erased_at < :before";

    private final Jdbi jdbi;
    private final ScanRemoval removal;
    private final FindingMonths months;
    private final OldFindings findings;
    private final Retention retention;
    private final Counter expired;
    private final InstantSource clock;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("report-keeping").factory());

    /**
     * @param retention how long after the last news of it a scan is kept
     */
    public ReportKeeping(
            Jdbi jdbi,
            ScanRemoval removal,
            Retention retention,
            MeterRegistry meters,
            InstantSource clock) {
        this.jdbi = jdbi;
        this.removal = removal;
        this.months = new FindingMonths(jdbi);
        this.findings = new OldFindings(jdbi);
        this.retention = retention;
        this.expired = OwnMeter.REPORTS_EXPIRED.counter(meters);
        this.clock = clock;
    }

    /** Looks for the first time at once, and then every hour. */
    public void start() {
        var _ =
                executor.scheduleWithFixedDelay(
                        this::tryToSweep, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Deletes what is due now.
     *
     * @return how many scans and sites went
     * @throws IOException when the disk or S3 refuses; all else that is due is deleted then
     */
    public long sweep() throws IOException {
        var unreached = new TreeSet<String>();
        var failures = new ArrayList<IOException>();
        long gone = sweep(unreached, failures);
        if (!failures.isEmpty()) {
            IOException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
        return gone;
    }

    private long sweep(Set<String> unreached, List<IOException> failures) {
        Instant now = clock.instant();
        // First, as results may wait for them.
        months.makeAhead(now);
        long gone = 0;
        for (Share share : retention.shares(now)) {
            for (String select : List.of(OLD, OLD_WITHOUT_SCAN)) {
                gone += sweep(select, share, unreached, failures);
            }
            gone += sweepSites(share);
            deleteBatches(share);
        }
        jdbi.useHandle(handle ->
                handle.createUpdate(FORGET_ERASED)
                        // No topic keeps a record of a scan for longer.
                        .bind("before", now.minus(Topics.SCAN_DEAD_LETTERS.longestLife()))
                        .execute());
        // Last, as a month that is being read may refuse to go.
        Instant everything = retention.before(now);
        var _ = months.dropBefore(everything);
        for (Share share : retention.shares(now)) {
            if (share.before().isAfter(everything) && !executor.isShutdown()) {
                var _ = findings.delete(share);
            }
        }
        if (gone > 0) {
            log.info("deleted {} scans and sites of which nothing was heard for long", gone);
        }
        return gone;
    }

    private long sweep(
            String select, Share share, Set<String> unreached, List<IOException> failures) {
        long gone = 0;
        boolean more = true;
        while (more && !executor.isShutdown()) {
            try {
                int batch = sweepSome(select, share, unreached);
                expired.increment(batch);
                gone += batch;
                more = batch > 0;
            } catch (LeftReportsException e) {
                failures.add(e);
                // Whoever is named again although it was left out would be named for ever.
                more = unreached.addAll(e.buckets());
            } catch (IOException e) {
                failures.add(e);
                more = false;
            }
        }
        return gone;
    }

    private int sweepSome(String select, Share share, Set<String> unreached) throws IOException {
        return jdbi.<Integer, IOException>inTransaction(handle -> {
            var query = handle.createQuery(select).define("share", share.condition());
            if (unreached.isEmpty()) {
                query.define("unreached", "FALSE");
            } else {
                query.define("unreached", UNREACHED)
                        .bindArray("unreached", String.class, unreached);
            }
            var scanIds =
                    query.bindArray("clients", String.class, share.clients())
                            .bind("before", share.before())
                            .bind("limit", BATCH)
                            .mapTo(String.class)
                            .list();
            if (!scanIds.isEmpty()) {
                var _ = removal.remove(handle, scanIds);
            }
            return scanIds.size();
        });
    }

    private long sweepSites(Share share) {
        long gone = 0;
        int batch;
        do {
            batch =
                    jdbi.withHandle(handle ->
                            handle.createUpdate(DELETE_SITES)
                                    .define("share", share.condition())
                                    .bindArray("clients", String.class, share.clients())
                                    .bind("before", share.before())
                                    .bind("limit", BATCH)
                                    .execute());
            expired.increment(batch);
            gone += batch;
        } while (batch > 0 && !executor.isShutdown());
        return gone;
    }

    private void deleteBatches(Share share) {
        jdbi.useHandle(handle ->
                handle.createUpdate(DELETE_BATCHES)
                        .define("share", share.condition())
                        .bindArray("clients", String.class, share.clients())
                        .bind("before", share.before())
                        .execute());
    }

    private void tryToSweep() {
        try {
            var _ = sweep();
        } catch (IOException | RuntimeException e) {
            // Thrown on, it would end the schedule for good.
            log.warn("old scans could not be deleted, trying again later: {}", e.toString());
            log.debug("the whole failure", e);
        }
    }

    @Override
    public void close() {
        // Without an interrupt, which would break the connection: a batch is short.
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a batch of old scans is still being deleted");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

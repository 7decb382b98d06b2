package io.stepfree.reports.flushing;

import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.reports.shelf.ReportShelf.Places;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the files of reports a minute after they were written. Until then the row has all that is
 * in them: what a power cut took of files that another run of report-builder left unflushed is made
 * again from it, at the next start, or by another instance after ten minutes. What fails is tried
 * again. Several instances may do it at once. Thread-safe.
 */
public final class ReportFlushing implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportFlushing.class);

    /** Linux writes by itself what is older than half a minute, so little is left to do then. */
    private static final Duration WRITTEN_BY_THE_SYSTEM = Duration.ofSeconds(60);

    /** A run that lives has long flushed its own by then. */
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(10);

    private static final Duration BETWEEN = Duration.ofSeconds(15);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /* Whoever deletes a row waits until its files are whole, and takes all of them away. */
    private static final String PLACES =
            """
            SELECT scan_id, html_file, json_file
              FROM reports.report
             WHERE scan_id = ANY (CAST(:scanIds AS text[]))
             ORDER BY scan_id
               FOR KEY SHARE
            """;

    private static final String DOCUMENT =
            "SELECT CAST(document AS text) FROM reports.report WHERE scan_id = :scanId";

    /* Where a newer version writes a page better, it has another name. */
    private static final String MOVE =
            "UPDATE reports.report SET html_file = :html, json_file = :json WHERE scan_id = :scanId";

    private final Jdbi jdbi;
    private final UnflushedReports unflushed;
    private final ReportShelf shelf;
    private final InstantSource clock;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("report-flushing").factory());
    private volatile boolean outOfTime;

    public ReportFlushing(
            Jdbi jdbi, UnflushedReports unflushed, ReportShelf shelf, InstantSource clock) {
        this.jdbi = jdbi;
        this.unflushed = unflushed;
        this.shelf = shelf;
        this.clock = clock;
    }

    /** Looks at once at what other runs left, and from then on every quarter of a minute. */
    public void start() {
        executor.execute(() -> attempt(() -> makeGood(clock.instant())));
        var _ =
                executor.scheduleWithFixedDelay(
                        () -> attempt(this::flush),
                        BETWEEN.toMillis(),
                        BETWEEN.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Flushes what is due. */
    void flush() throws IOException {
        Instant now = clock.instant();
        flushOwn(now.minus(WRITTEN_BY_THE_SYSTEM));
        makeGood(now.minus(LEFT_BEHIND));
    }

    private void flushOwn(Instant before) throws IOException {
        boolean more = true;
        while (more && !outOfTime) {
            more =
                    jdbi.<Boolean, IOException>inTransaction(handle -> {
                        List<String> scanIds = unflushed.takeOwn(handle, before);
                        Map<String, Places> reports = places(handle, scanIds);
                        makeAgain(handle, shelf.flush(reports), reports);
                        return !scanIds.isEmpty();
                    });
        }
    }

    /** Looks at what other runs wrote before then, and makes again what is not whole. */
    void makeGood(Instant before) throws IOException {
        boolean more = true;
        while (more && !executor.isShutdown()) {
            more =
                    jdbi.<Boolean, IOException>inTransaction(handle -> {
                        List<String> scanIds = unflushed.takeOthers(handle, before);
                        Map<String, Places> reports = places(handle, scanIds);
                        Set<String> damaged = shelf.damaged(reports);
                        makeAgain(handle, damaged, reports);
                        reports.keySet().removeAll(damaged);
                        makeAgain(handle, shelf.flush(reports), reports);
                        return !scanIds.isEmpty();
                    });
        }
    }

    private void makeAgain(Handle handle, Collection<String> scanIds, Map<String, Places> reports)
            throws IOException {
        if (scanIds.isEmpty()) {
            return;
        }
        var made = new LinkedHashMap<String, Places>();
        for (String scanId : scanIds) {
            var document =
                    ReportJson.read(
                            handle.createQuery(DOCUMENT)
                                    .bind("scanId", scanId)
                                    .mapTo(String.class)
                                    .one());
            // What is torn may have a name that nothing has again.
            var _ =
                    shelf.remove(Map.of(scanId, Objects.requireNonNull(reports.get(scanId))));
            Places places = shelf.write(document, ReportJson.write(document));
            made.put(scanId, places);
            handle.createUpdate(MOVE)
                    .bind("scanId", scanId)
                    .bind("html", places.html())
                    .bind("json", places.json())
                    .execute();
            log.warn("Made the files of scan {} again: they were not whole", scanId);
        }
        Set<String> lost = shelf.flush(made);
        if (!lost.isEmpty()) {
            // A flush that failed may succeed the next time without anything on the disk.
            var _ = shelf.remove(made);
            throw new IOException("the disk does not keep the files of scans " + lost);
        }
    }

    private static Map<String, Places> places(Handle handle, List<String> scanIds) {
        var places = new LinkedHashMap<String, Places>();
        if (!scanIds.isEmpty()) {
            handle.createQuery(PLACES)
                    .bindArray("scanIds", String.class, scanIds)
                    .map((row, _) ->
                            Map.entry(
                                    row.getString("scan_id"),
                                    new Places(
                                            row.getString("html_file"),
                                            row.getString("json_file"))))
                    .forEach(report -> places.put(report.getKey(), report.getValue()));
        }
        return places;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            // Thrown on, it would end the schedule for good.
            log.warn(
                    "reports could not be flushed to the disk, trying again later: {}",
                    e.toString());
            log.debug("the whole failure", e);
        }
    }

    /** Flushes what this run has written; to what takes too long, the next start looks. */
    @Override
    public void close() {
        executor.execute(() -> attempt(() -> flushOwn(clock.instant().plus(LEFT_BEHIND))));
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                outOfTime = true;
                log.info("Leaves reports of the last minute unflushed, for the next start");
            }
        } catch (InterruptedException _) {
            outOfTime = true;
            Thread.currentThread().interrupt();
        }
    }
}

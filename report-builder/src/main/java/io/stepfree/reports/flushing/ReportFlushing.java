package io.stepfree.reports.flushing;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.receipt.Verification;
import io.stepfree.reports.flushing.UnflushedReports.Note;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.reports.shelf.ReportShelf.Places;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes the files of reports a minute after they were written. Until then the row has all that is
 * in them: what a power cut took of files that another run of report-builder left unflushed is made
 * again from it, at the next start, or by another instance after ten minutes. What fails is tried
 * again, and keeps nothing else. Several instances may do it at once. Thread-safe.
 */
public final class ReportFlushing implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportFlushing.class);

    /** Linux writes by itself what is older than half a minute, so little is left to do then. */
    private static final Duration WRITTEN_BY_THE_SYSTEM = Duration.ofSeconds(60);

    /** A run that lives has long flushed its own by then. */
    private static final Duration LEFT_BEHIND = Duration.ofMinutes(10);

    private static final Duration FLUSHING = Duration.ofSeconds(15);
    private static final Duration MAKING_GOOD = Duration.ofMinutes(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final String PLACES =
            """
            SELECT scan_id, html_file, json_file
              FROM reports.report
             WHERE scan_id = ANY (CAST(:scanIds AS text[]))
            """;

    /* Whoever removes the report has locked it before, or waits until it is whole. */
    private static final String ROW =
            """
            SELECT html_file, json_file, CAST(document AS text) AS document
              FROM reports.report
             WHERE scan_id = :scanId
               FOR UPDATE
            """;

    private static final String MOVE =
            "UPDATE reports.report SET html_file = :html, json_file = :json WHERE scan_id = :scanId";

    private final Jdbi jdbi;
    private final UnflushedReports unflushed;
    private final ReportShelf shelf;
    private final ScheduledExecutorService executor =
            Executors.newScheduledThreadPool(
                    2, Thread.ofVirtual().name("report-flushing-", 1).factory());
    private final ExecutorService flushers =
            Executors.newFixedThreadPool(
                    UnflushedReports.AT_ONCE,
                    Thread.ofPlatform().daemon().name("report-flusher-", 1).factory());

    /** The last note that there was when this run began; null before it has looked. */
    private volatile @Nullable Long before;

    /** When the oldest note was written that there was at the last look; null when none was. */
    private volatile @Nullable Instant oldest;

    private volatile boolean outOfTime;

    public ReportFlushing(
            Jdbi jdbi, UnflushedReports unflushed, ReportShelf shelf, MeterRegistry meters) {
        this.jdbi = jdbi;
        this.unflushed = unflushed;
        this.shelf = shelf;
        OwnMeter.REPORTS_UNFLUSHED_OLDEST.gauge(meters, this, ReportFlushing::secondsWaited);
    }

    /* Grows between the looks, and on while the database does not answer. */
    private double secondsWaited() {
        Instant since = oldest;
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, Instant.now()).toMillis()) / 1000.0;
    }

    /**
     * Looks at once at what other runs left, and every minute from then on; flushes what is due
     * every quarter of a minute.
     */
    public void start() {
        var _ =
                executor.scheduleWithFixedDelay(
                        this::makeGood, 0, MAKING_GOOD.toSeconds(), TimeUnit.SECONDS);
        var _ =
                executor.scheduleWithFixedDelay(
                        this::flush, FLUSHING.toSeconds(), FLUSHING.toSeconds(), TimeUnit.SECONDS);
    }

    /** Flushes what this run has written a minute ago. */
    void flush() {
        attempt((handle, after) -> unflushed.own(handle, WRITTEN_BY_THE_SYSTEM, after), false);
        lookHowFar();
    }

    private void lookHowFar() {
        try {
            oldest =
                    jdbi.withHandle(UnflushedReports::oldest)
                            .map(age -> Instant.now().minus(age))
                            .orElse(null);
        } catch (RuntimeException e) {
            log.debug("how far flushing is cannot be told now: {}", e.toString());
        }
    }

    /** Looks at what other runs had left when this one began, or have left behind since. */
    void makeGood() {
        attempt(
                (handle, after) -> {
                    Long upTo = before;
                    if (upTo == null) {
                        upTo = UnflushedReports.last(handle);
                        before = upTo;
                    }
                    return unflushed.others(handle, upTo, LEFT_BEHIND, after);
                },
                true);
    }

    private interface Notes {
        List<Note> after(Handle handle, long number);
    }

    private void attempt(Notes notes, boolean ofOthers) {
        try {
            List<Note> some = jdbi.withHandle(handle -> notes.after(handle, 0));
            while (!some.isEmpty() && !outOfTime) {
                settle(some, ofOthers);
                long last = some.getLast().number();
                some = jdbi.withHandle(handle -> notes.after(handle, last));
            }
        } catch (RuntimeException e) {
            // Thrown on, it would end the schedule for good.
            log.warn("reports could not be flushed, trying again later: {}", e.toString());
            log.debug("the whole failure", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /* Flushes wait for the disk, and two wait together. */
    private void settle(List<Note> notes, boolean ofOthers) throws InterruptedException {
        var tasks = new ArrayList<Callable<@Nullable Void>>();
        for (Note note : notes) {
            tasks.add(() -> {
                settle(note, ofOthers);
                return null;
            });
        }
        for (Future<@Nullable Void> task : flushers.invokeAll(tasks)) {
            try {
                task.get();
            } catch (ExecutionException e) {
                log.warn(
                        "reports could not be flushed, trying again later: {}",
                        String.valueOf(e.getCause()));
                log.debug("the whole failure", e);
            }
        }
    }

    private void settle(Note note, boolean ofOthers) throws IOException {
        Map<String, Places> reports = jdbi.withHandle(handle -> places(handle, note.scanIds()));
        removeStrays(note, reports.keySet());
        Set<String> torn = new HashSet<>(ofOthers ? shelf.damaged(reports) : Set.of());
        var whole = new LinkedHashMap<>(reports);
        whole.keySet().removeAll(torn);
        torn.addAll(shelf.flush(whole));
        var left = new HashSet<String>();
        for (String scanId : torn) {
            if (!isMadeAgain(scanId)) {
                left.add(scanId);
            }
        }
        jdbi.useTransaction(handle -> UnflushedReports.settle(handle, note, left));
    }

    /* A note is written with its rows: what has none was removed, perhaps while it was made again. */
    private void removeStrays(Note note, Collection<String> there) throws IOException {
        var removed = new HashSet<>(note.scanIds());
        removed.removeAll(there);
        if (!removed.isEmpty()) {
            var _ = shelf.removeAll(removed);
        }
    }

    private boolean isMadeAgain(String scanId) {
        try {
            if (jdbi.<Boolean, IOException>inTransaction(handle -> makeAgain(handle, scanId))) {
                log.warn("made the files of scan {} again: they were not whole", scanId);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "the files of scan {} are not whole and could not be made again, trying later: {}",
                    scanId,
                    e.toString());
            log.debug("the whole failure", e);
            return false;
        }
    }

    private record Row(Places places, String document) {}

    /** Returns false where the report is not there any more. */
    private boolean makeAgain(Handle handle, String scanId) throws IOException {
        var found =
                handle.createQuery(ROW)
                        .bind("scanId", scanId)
                        .map((row, _) ->
                                new Row(
                                        new Places(
                                                row.getString("html_file"),
                                                row.getString("json_file")),
                                        row.getString("document")))
                        .findOne();
        if (found.isEmpty()) {
            return false;
        }
        Places was = found.get().places();
        var document = ReportJson.read(found.get().document());
        String json = ReportJson.write(document);
        if (Verification.of(json) instanceof Verification.Altered) {
            throw new IOException("its document is of another version, which can make them");
        }
        Places now = shelf.write(document, json);
        if (!now.equals(was)) {
            // A newer version writes another page; what is torn has a name that nothing has now.
            var _ = shelf.remove(Map.of(scanId, was));
            now = shelf.write(document, json);
        }
        if (!shelf.flush(Map.of(scanId, now)).isEmpty()) {
            throw new IOException("the disk did not take them");
        }
        handle.createUpdate(MOVE)
                .bind("scanId", scanId)
                .bind("html", now.html())
                .bind("json", now.json())
                .execute();
        return true;
    }

    private static Map<String, Places> places(Handle handle, List<String> scanIds) {
        var places = new LinkedHashMap<String, Places>();
        handle.createQuery(PLACES)
                .bindArray("scanIds", String.class, scanIds)
                .map((row, _) ->
                        Map.entry(
                                row.getString("scan_id"),
                                new Places(row.getString("html_file"), row.getString("json_file"))))
                .forEach(report -> places.put(report.getKey(), report.getValue()));
        return places;
    }

    /** Flushes what this run has written; to what takes too long, the next start looks. */
    @Override
    public void close() {
        if (executor.isShutdown()) {
            return;
        }
        executor.execute(() ->
                attempt((handle, after) -> unflushed.own(handle, Duration.ZERO, after), false));
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                outOfTime = true;
                log.info("leaves reports of the last minute unflushed, for the next start");
            }
        } catch (InterruptedException _) {
            outOfTime = true;
            Thread.currentThread().interrupt();
        }
        flushers.shutdown();
    }
}

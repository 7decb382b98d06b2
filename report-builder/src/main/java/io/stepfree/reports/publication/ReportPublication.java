package io.stepfree.reports.publication;

import io.stepfree.platform.kafka.BatchHandler;
import io.stepfree.platform.kafka.Received;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.repeat.RepeatKey;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.reporting.receipt.Receipts;
import io.stepfree.reports.history.PublishedScan;
import io.stepfree.reports.relook.Relooks;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ReportChanges;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the reports of results, many at once: files, then rows, then events and the orders to
 * look again, then a mark that they were sent.
 *
 * <p>Each step is harmless to repeat and the next begins only when it is done for all, so whatever
 * a crash cuts off is made up for when the results are delivered again. The row decides: once it is
 * there, neither it nor the files are written again, also when another result of the same scan
 * comes. Only a crash between event and mark sends the event and the order twice, with equal
 * content. What was erased before it came is left out. Thread-safe.
 */
public final class ReportPublication implements BatchHandler<ScanResult>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReportPublication.class);

    /** Some wait for the disk while others render; each holds one report. */
    private static final int WRITERS = 8;

    private final ReportShelf shelf;
    private final ReportStore store;
    private final Relooks relooks;
    private final RecordPublisher publisher;
    private final ReportMeters meters;
    private final Clock clock;
    private final ExecutorService writers =
            Executors.newFixedThreadPool(
                    WRITERS, Thread.ofPlatform().daemon().name("report-writer-", 1).factory());

    public ReportPublication(
            ReportShelf shelf,
            ReportStore store,
            Relooks relooks,
            RecordPublisher publisher,
            ReportMeters meters,
            Clock clock) {
        this.shelf = shelf;
        this.store = store;
        this.relooks = relooks;
        this.publisher = publisher;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Publishes the reports that were not published before.
     *
     * @throws IOException when the disk or S3 refuses a file; as for a database or broker that is
     *     down, trying again helps
     */
    @Override
    public void handle(List<Received<ScanResult>> batch) throws IOException, InterruptedException {
        Map<String, ReportStore.Row> known = store.find(ids(batch));
        var unwritten = new LinkedHashMap<String, Received<ScanResult>>();
        var unannounced = new LinkedHashMap<String, Received<ScanResult>>();
        for (Received<ScanResult> received : batch) {
            String scanId = scanId(received);
            ReportStore.Row row = store.keyed() ? known.get(scanId) : null;
            boolean first =
                    (row == null || !row.announced())
                            && unannounced.putIfAbsent(scanId, received) == null;
            if (first && row == null) {
                unwritten.put(scanId, received);
            }
            if (!first) {
                meters.repeated();
                received.run(() ->
                        log.info(
                                "Left the report of scan {} as it is: its result came again",
                                scanId));
            }
        }
        Map<String, Instant> published = write(unwritten.values());
        known.forEach((scanId, row) -> published.put(scanId, row.publishedAt()));
        unannounced.keySet().retainAll(published.keySet());
        announce(unannounced, published, known.keySet());
    }

    private static List<String> ids(Collection<Received<ScanResult>> batch) {
        return batch.stream().map(ReportPublication::scanId).distinct().toList();
    }

    private static String scanId(Received<ScanResult> received) {
        return StorableText.of(received.value().getRequest().getScanId());
    }

    /** A report whose files are written; without its document, as many are held at once. */
    private record Written(Received<ScanResult> received, String verdict, ReportStore.NewRow row) {}

    /** Returns when each row was written, without those of scans that were erased. */
    private Map<String, Instant> write(Collection<Received<ScanResult>> results)
            throws IOException, InterruptedException {
        var published = new HashMap<String, Instant>();
        if (results.isEmpty()) {
            return published;
        }
        List<Written> written = writeFiles(results);
        Set<String> inserted = store.insert(written.stream().map(Written::row).toList());
        var others = new ArrayList<Written>();
        for (Written one : written) {
            if (inserted.contains(one.row().scanId())) {
                published.put(one.row().scanId(), one.row().publishedAt());
                meters.published();
                one.received()
                        .run(() ->
                                log.info(
                                        "Published the report of scan {}: {}",
                                        one.row().scanId(),
                                        one.verdict()));
            } else {
                others.add(one);
            }
        }
        if (!others.isEmpty()) {
            published.putAll(leave(others));
        }
        return published;
    }

    /** What another instance wrote meanwhile is there; what was erased before it came is not. */
    private Map<String, Instant> leave(List<Written> others) throws IOException {
        Map<String, ReportStore.Row> there =
                store.find(others.stream().map(one -> one.row().scanId()).toList());
        var published = new HashMap<String, Instant>();
        for (Written one : others) {
            ReportStore.NewRow row = one.row();
            ReportStore.Row now = there.get(row.scanId());
            if (now != null) {
                published.put(row.scanId(), now.publishedAt());
                continue;
            }
            // Written first, so that a crash in between brings it here again.
            var _ =
                    shelf.remove(
                            Map.of(row.scanId(), new ReportShelf.Places(row.html(), row.json())));
            one.received()
                    .run(() ->
                            log.info(
                                    "Left out the report of scan {}: its client's data were erased",
                                    row.scanId()));
        }
        return published;
    }

    private List<Written> writeFiles(Collection<Received<ScanResult>> results)
            throws IOException, InterruptedException {
        var failed = new AtomicBoolean();
        var tasks = new ArrayList<Callable<Optional<Written>>>();
        for (Received<ScanResult> received : results) {
            tasks.add(() -> writeFiles(received, failed));
        }
        var written = new ArrayList<Written>();
        for (Future<Optional<Written>> task : writers.invokeAll(tasks)) {
            try {
                task.get().ifPresent(written::add);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException refused) {
                    throw refused;
                }
                throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
            }
        }
        return written;
    }

    /**
     * Empty when another one has failed before: all are tried again then, and to wait for each of
     * them while S3 hangs would take longer than Kafka waits for the next poll.
     */
    private Optional<Written> writeFiles(Received<ScanResult> received, AtomicBoolean failed)
            throws IOException {
        if (failed.get()) {
            return Optional.empty();
        }
        boolean done = false;
        try {
            Written written = writeFiles(received);
            done = true;
            return Optional.of(written);
        } finally {
            if (!done) {
                failed.set(true);
            }
        }
    }

    private Written writeFiles(Received<ScanResult> received) throws IOException {
        ScanResult result = received.value();
        var request = result.getRequest();
        ReportDocument document =
                Receipts.given(ReportComposer.compose(result), place(received.record()));
        String json = ReportJson.write(document);
        var places = shelf.write(document, json);
        Instant now = now();
        return new Written(
                received,
                document.summary().verdict(),
                new ReportStore.NewRow(
                        document.scanId(),
                        StorableText.of(request.getClient()),
                        request.getSubmittedAt(),
                        json,
                        places.html(),
                        places.json(),
                        now,
                        RepeatKey.of(request).orElse(null),
                        document.completedAt(),
                        PublishedScan.of(request, document, now)));
    }

    /** Where a result lies in the ledger. */
    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }

    /**
     * All events and orders are on their way before the first is waited for.
     *
     * @param before the scans whose rows were there already
     */
    private void announce(
            Map<String, Received<ScanResult>> results,
            Map<String, Instant> published,
            Set<String> before) {
        if (results.isEmpty()) {
            return;
        }
        Map<String, ReportChanges> changes = store.changes(results.keySet());
        List<ScanRequest> scans =
                results.values().stream().map(received -> received.value().getRequest()).toList();
        Set<String> secondLooks = relooks.secondLooks(scans);
        Set<String> lookedAtAgain =
                relooks.decide(
                        scans,
                        changes,
                        results.keySet().stream()
                                .filter(before::contains)
                                .collect(Collectors.toSet()));
        var sent = new ArrayList<RecordPublisher.OnItsWay>();
        results.forEach((scanId, received) ->
                received.finish(() -> {
                    if (lookedAtAgain.contains(scanId)) {
                        sent.add(relooks.order(received.value().getRequest()));
                    }
                    sent.add(
                            announce(
                                    received.value(),
                                    Objects.requireNonNull(published.get(scanId)),
                                    !secondLooks.contains(scanId),
                                    changes.get(scanId)));
                }));
        sent.forEach(RecordPublisher.OnItsWay::await);
        store.markAnnounced(results.keySet(), now());
    }

    /**
     * @param answers whether it may answer a scan that asks for the same. A second look does not:
     *     what its changes tell is not what was new
     */
    private RecordPublisher.OnItsWay announce(
            ScanResult result,
            Instant publishedAt,
            boolean answers,
            @Nullable ReportChanges changes) {
        var request = result.getRequest();
        var event =
                ScanEvent.newBuilder()
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setKind(EventKind.REPORT_PUBLISHED)
                        .setAt(publishedAt)
                        .setAttempt(result.getAttempt())
                        .setReport(
                                PublishedReport.newBuilder()
                                        .setRepeatKey(
                                                answers ? RepeatKey.of(request).orElse("") : "")
                                        .setEngine(result.getPage().getEngine())
                                        .setCompletedAt(result.getCompletedAt())
                                        .setChanges(changes)
                                        .build())
                        .build();
        return publisher.publishLater(
                Topics.SCAN_EVENTS,
                request.getScanId(),
                event,
                RequestId.saneOr(request.getRequestId()));
    }

    /** The time as the topics carry it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        writers.close();
    }
}

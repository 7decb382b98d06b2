package io.stepfree.reports.publication;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.repeat.RepeatKey;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.reporting.receipt.Receipts;
import io.stepfree.reports.history.PublishedScan;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Publishes a result's report: files, then row, then event, then a mark that the event was sent.
 *
 * <p>Each step is harmless to repeat and the next begins only when it is done, so whatever a crash
 * cuts off is made up for when the result is delivered again. The row decides: once it is there,
 * neither it nor the files are written again, also when another result of the same scan comes. Only
 * a crash between event and mark sends the event twice, with equal content. What was erased before
 * it came is left out. Thread-safe.
 */
public final class ReportPublication implements RecordHandler<ScanResult> {

    private static final Logger log = LoggerFactory.getLogger(ReportPublication.class);

    private final ReportFiles files;
    private final ReportStore store;
    private final RecordPublisher publisher;
    private final ReportMeters meters;
    private final Clock clock;

    public ReportPublication(
            ReportFiles files,
            ReportStore store,
            RecordPublisher publisher,
            ReportMeters meters,
            Clock clock) {
        this.files = files;
        this.store = store;
        this.publisher = publisher;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Publishes the report unless that was done before.
     *
     * @throws IOException when the disk refuses a file; as for a database or broker that is down,
     *     trying again helps
     */
    @Override
    public void handle(ScanResult result, ConsumerRecord<byte[], byte[]> record)
            throws IOException {
        try (var _ = MDC.putCloseable("scanId", result.getRequest().getScanId());
                var _ = MDC.putCloseable("attempt", Integer.toString(result.getAttempt()));
                var _ = MDC.putCloseable("client", result.getRequest().getClient())) {
            publish(result, place(record));
        }
    }

    /** Where a result lies in the ledger. */
    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }

    private void publish(ScanResult result, String place) throws IOException {
        var scanId = StorableText.of(result.getRequest().getScanId());
        var row = store.find(scanId);
        if (row.isPresent() && row.get().announced() && store.keyed()) {
            meters.repeated();
            log.info("Left the report of scan {} as it is: its result came again", scanId);
            return;
        }
        if (row.isEmpty() || !store.keyed()) {
            write(result, Receipts.given(ReportComposer.compose(result), place));
            row = store.find(scanId);
        }
        if (row.isEmpty()) {
            log.info("Left out the report of scan {}: its client's data were erased", scanId);
            return;
        }
        announce(result, row.orElseThrow().publishedAt());
        store.markAnnounced(scanId, now());
    }

    private void write(ScanResult result, ReportDocument document) throws IOException {
        var places = files.write(document);
        boolean written =
                store.insert(
                        new ReportStore.NewRow(
                                document.scanId(),
                                StorableText.of(result.getRequest().getClient()),
                                result.getRequest().getSubmittedAt(),
                                ReportJson.write(document),
                                places.html(),
                                places.json(),
                                now(),
                                RepeatKey.of(result.getRequest()).orElse(null),
                                document.completedAt()),
                        PublishedScan.of(result.getRequest(), document, now()));
        if (!written && store.find(document.scanId()).isEmpty()) {
            // It was erased before it came. Written first, so that a crash in between brings it
            // here again.
            var _ = files.remove(document.scanId(), places.html(), places.json());
        }
        if (written) {
            meters.published();
            log.info(
                    "Published the report of scan {}: {}",
                    document.scanId(),
                    document.summary().verdict());
        }
    }

    private void announce(ScanResult result, Instant publishedAt) {
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
                                        .setRepeatKey(RepeatKey.of(request).orElse(""))
                                        .setEngine(result.getPage().getEngine())
                                        .setCompletedAt(result.getCompletedAt())
                                        .setChanges(
                                                store.changes(StorableText.of(request.getScanId()))
                                                        .orElse(null))
                                        .build())
                        .build();
        publisher.publish(
                Topics.SCAN_EVENTS,
                request.getScanId(),
                event,
                RequestId.saneOr(request.getRequestId()));
    }

    /** The time as the topics carry it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

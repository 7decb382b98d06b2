package io.stepfree.reports.status;

import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.reports.document.StorableText;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Projects scan events into the tables of scans and batches. Idempotent, so that any event may be
 * delivered again; throws only while the database is down. Thread-safe.
 */
public final class StatusProjection implements RecordHandler<ScanEvent> {

    private static final Logger log = LoggerFactory.getLogger(StatusProjection.class);

    private final StatusStore store;
    private final BatchStore batches;

    public StatusProjection(StatusStore store, BatchStore batches) {
        this.store = store;
        this.batches = batches;
    }

    @Override
    public void handle(ScanEvent event, ConsumerRecord<byte[], byte[]> record) {
        if (event.getKind() == EventKind.UNKNOWN) {
            log.warn(
                    "Skipped an event of a kind this version does not know, at {}-{} offset {}",
                    record.topic(),
                    record.partition(),
                    record.offset());
            return;
        }
        if (event.getKind() == EventKind.BATCH_PROGRESS && event.getBatch() != null) {
            batches.keep(event.getBatch(), event.getAt(), record.offset());
            return;
        }
        if (event.getScanId().isEmpty()) {
            // The books, which are no scan's status.
            return;
        }
        String scanId = StorableText.of(event.getScanId());
        boolean changed = store.change(scanId, before -> StatusRules.after(before, event));
        if (event.getKind() == EventKind.REPORT_PUBLISHED) {
            // The report's row is there before this is told, and now the scan's is as well.
            store.takeScore(scanId);
        }
        log.debug("{} {}", event.getKind(), changed ? "projected" : "was known already");
    }
}

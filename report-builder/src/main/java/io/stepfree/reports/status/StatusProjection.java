package io.stepfree.reports.status;

import io.stepfree.platform.kafka.BatchHandler;
import io.stepfree.platform.kafka.Received;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Projects scan events into the tables of scans and batches. Idempotent, so that any event may be
 * delivered again; throws only while the database is down, or the broker when a scan comes whose
 * client's data were erased. Thread-safe.
 */
public final class StatusProjection implements BatchHandler<ScanEvent> {

    private static final Logger log = LoggerFactory.getLogger(StatusProjection.class);

    private final StatusStore store;
    private final BatchStore batches;
    private final LeftScans left;

    /**
     * @param left has scans that come after their client's data were erased end
     */
    public StatusProjection(StatusStore store, BatchStore batches, LeftScans left) {
        this.store = store;
        this.batches = batches;
        this.left = left;
    }

    /** All in one transaction, since most of what a change costs is waiting for the disk. */
    @Override
    public void handle(List<Received<ScanEvent>> batch) {
        store.together(() ->
                batch.forEach(received ->
                        received.finish(() -> project(received.value(), received.record()))));
    }

    private void project(ScanEvent event, ConsumerRecord<byte[], byte[]> record) {
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
        var change = store.change(scanId, before -> StatusRules.after(before, event));
        if (change == StatusStore.Change.REFUSED) {
            leave(scanId, event);
            return;
        }
        if (event.getKind() == EventKind.REPORT_PUBLISHED) {
            // The report's row is there before this is told, and now the scan's is as well.
            store.takeScore(scanId);
        }
        log.debug(
                "{} {}",
                event.getKind(),
                change == StatusStore.Change.MADE ? "projected" : "was known already");
    }

    /** The event of a scan that its client's erasure covers, or that was erased before. */
    private void leave(String scanId, ScanEvent event) {
        var request = event.getRequest();
        if (request != null) {
            left.cancel(scanId, request.getHost(), event.getRequestId());
            store.keepOut(scanId, request);
        }
        left.bury(scanId, event.getRequestId());
        log.debug("{} of an erased scan was left out", event.getKind());
    }
}

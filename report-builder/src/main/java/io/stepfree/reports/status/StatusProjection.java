package io.stepfree.reports.status;

import io.stepfree.platform.kafka.BatchHandler;
import io.stepfree.platform.kafka.Received;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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

    /**
     * All in one transaction, since most of what a change costs is waiting for the disk. Rows are
     * taken in the order in which others take them: of scans by their ids, then of batches. Of what
     * was erased is told behind it, so that nobody waits for the broker with rows in hand.
     */
    @Override
    public void handle(List<Received<ScanEvent>> batch) {
        List<Received<ScanEvent>> ofScans =
                batch.stream()
                        .filter(StatusProjection::isOfAScan)
                        .sorted(Comparator.comparing(received -> received.value().getScanId()))
                        .toList();
        List<Received<ScanEvent>> ofBatches =
                batch.stream()
                        .filter(StatusProjection::isOfABatch)
                        .sorted(Comparator.comparing(StatusProjection::batchId))
                        .toList();
        var refused = new ArrayList<Received<ScanEvent>>();
        store.together(() -> {
            for (Received<ScanEvent> received : ofScans) {
                received.finish(() -> {
                    if (!project(received.value(), received.record())) {
                        refused.add(received);
                    }
                });
            }
            for (Received<ScanEvent> received : ofBatches) {
                ScanEvent event = received.value();
                received.finish(() ->
                        batches.keep(
                                Objects.requireNonNull(event.getBatch()),
                                event.getAt(),
                                received.record().offset()));
            }
        });
        for (Received<ScanEvent> received : refused) {
            received.run(
                    () -> leave(StorableText.of(received.value().getScanId()), received.value()));
        }
    }

    private static boolean isOfABatch(Received<ScanEvent> received) {
        return received.value().getKind() == EventKind.BATCH_PROGRESS
                && received.value().getBatch() != null;
    }

    private static String batchId(Received<ScanEvent> received) {
        return Objects.requireNonNull(received.value().getBatch()).getBatchId();
    }

    /** The books are no scan's status; of what this version does not know it is said. */
    private static boolean isOfAScan(Received<ScanEvent> received) {
        return !isOfABatch(received)
                && (!received.value().getScanId().isEmpty()
                        || received.value().getKind() == EventKind.UNKNOWN);
    }

    /** Whether it is a scan's that was not erased. */
    private boolean project(ScanEvent event, ConsumerRecord<byte[], byte[]> record) {
        if (event.getKind() == EventKind.UNKNOWN) {
            log.warn(
                    "Skipped an event of a kind this version does not know, at {}-{} offset {}",
                    record.topic(),
                    record.partition(),
                    record.offset());
            return true;
        }
        String scanId = StorableText.of(event.getScanId());
        var change = store.change(scanId, before -> StatusRules.after(before, event));
        if (change == StatusStore.Change.REFUSED) {
            return false;
        }
        if (event.getKind() == EventKind.REPORT_PUBLISHED) {
            // The report's row is there before this is told, and now the scan's is as well.
            store.takeScore(scanId);
        }
        log.debug(
                "{} {}",
                event.getKind(),
                change == StatusStore.Change.MADE ? "projected" : "was known already");
        return true;
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

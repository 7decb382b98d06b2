package io.stepfree.reports.status;

import io.stepfree.platform.kafka.BatchHandler;
import io.stepfree.platform.kafka.Received;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    private final Left left;

    /** Has scans that come after their client's data were erased end. */
    public interface Left {

        /** Orders that it end, if it has not. */
        void cancel(String scanId, String host, String requestId);

        /** Takes away what was told of it. */
        void bury(String scanId, String requestId);
    }

    public StatusProjection(StatusStore store, BatchStore batches, Left left) {
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
        Map<String, List<Received<ScanEvent>>> ofScans =
                batch.stream()
                        .filter(StatusProjection::isOfAScan)
                        .filter(StatusProjection::isKnown)
                        .collect(
                                Collectors.groupingBy(
                                        received -> StorableText.of(received.value().getScanId())));
        List<Received<ScanEvent>> ofBatches =
                batch.stream()
                        .filter(StatusProjection::isOfABatch)
                        .sorted(Comparator.comparing(StatusProjection::batchId))
                        .toList();
        var refused = new HashSet<String>();
        store.together(() -> {
            refused.addAll(
                    store.change(ofScans.entrySet().stream().map(StatusProjection::told).toList()));
            for (Received<ScanEvent> received : ofBatches) {
                ScanEvent event = received.value();
                received.finish(() ->
                        batches.keep(
                                Objects.requireNonNull(event.getBatch()),
                                event.getAt(),
                                received.record().offset()));
            }
        });
        ofScans.forEach((scanId, events) -> {
            boolean erased = refused.contains(scanId);
            if (erased) {
                events.getLast().run(() -> leave(scanId, events));
            }
            String outcome = erased ? "left out" : "projected";
            for (Received<ScanEvent> received : events) {
                received.finish(() -> log.debug("{} {}", received.value().getKind(), outcome));
            }
        });
    }

    /** What these events tell of a scan, one after the other. */
    private static StatusStore.Told told(Map.Entry<String, List<Received<ScanEvent>>> ofAScan) {
        List<ScanEvent> events = ofAScan.getValue().stream().map(Received::value).toList();
        return new StatusStore.Told(
                ofAScan.getKey(),
                before -> after(before, events),
                // The report's row is there before this is told.
                events.stream().anyMatch(event -> event.getKind() == EventKind.REPORT_PUBLISHED));
    }

    /** Empty when none of them changes anything. */
    private static Optional<ScanStatus> after(@Nullable ScanStatus before, List<ScanEvent> events) {
        @Nullable ScanStatus status = before;
        for (ScanEvent event : events) {
            status = StatusRules.after(status, event).orElse(status);
        }
        return Objects.equals(status, before) ? Optional.empty() : Optional.ofNullable(status);
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

    private static boolean isKnown(Received<ScanEvent> received) {
        if (received.value().getKind() != EventKind.UNKNOWN) {
            return true;
        }
        received.run(() ->
                log.warn(
                        "Skipped an event of a kind this version does not know, at {}-{} offset {}",
                        received.record().topic(),
                        received.record().partition(),
                        received.record().offset()));
        return false;
    }

    /** What is told of a scan that its client's erasure covers, or that was erased before. */
    private void leave(String scanId, List<Received<ScanEvent>> events) {
        String requestId = events.getLast().value().getRequestId();
        events.stream()
                .map(received -> received.value().getRequest())
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(request -> {
                    left.cancel(scanId, request.getHost(), requestId);
                    store.keepOut(scanId, request);
                });
        left.bury(scanId, requestId);
    }
}

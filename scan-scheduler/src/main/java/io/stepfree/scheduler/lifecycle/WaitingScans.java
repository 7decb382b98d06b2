package io.stepfree.scheduler.lifecycle;

import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanRequest;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The scans that wait for a worker, ordered for the choice: high priority before low, then the
 * oldest first.
 */
final class WaitingScans {

    private final KeyValueStore<String, String> store;
    private final int lowShare;
    private int choices;

    WaitingScans(KeyValueStore<String, String> store, int lowShare) {
        this.store = store;
        this.lowShare = lowShare;
    }

    void add(ScanRequest request) {
        store.put(key(request), request.getScanId());
    }

    void remove(ScanRequest request) {
        store.delete(key(request));
    }

    /**
     * Takes out the scan that goes next; every {@code lowShare}th time one of low priority, if
     * there is one.
     */
    Optional<String> takeNext() {
        choices++;
        Priority first = choices % lowShare == 0 ? Priority.LOW : Priority.HIGH;
        Priority second = first == Priority.LOW ? Priority.HIGH : Priority.LOW;
        return takeOldest(first).or(() -> takeOldest(second));
    }

    private Optional<String> takeOldest(Priority priority) {
        String key;
        String scanId;
        try (var entries = store.range(prefix(priority), prefix(priority) + "~")) {
            if (!entries.hasNext()) {
                return Optional.empty();
            }
            var oldest = entries.next();
            key = oldest.key;
            scanId = oldest.value;
        }
        store.delete(key);
        return Optional.of(scanId);
    }

    private static String key(ScanRequest request) {
        return "%s%015d|%s"
                .formatted(
                        prefix(request.getPriority()),
                        request.getSubmittedAt().toEpochMilli(),
                        request.getScanId());
    }

    private static String prefix(Priority priority) {
        return switch (priority) {
            case HIGH -> "0|";
            case LOW -> "1|";
        };
    }
}

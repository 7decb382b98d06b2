package io.stepfree.scheduler.capacity;

import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts the slots of the workers that were heard of lately. Workers signal every two seconds; one
 * that was silent for ten counts as gone. Thread-safe.
 */
public final class WorkerCensus {

    static final Duration SILENCE = Duration.ofSeconds(10);

    private final Clock clock;
    private final Map<String, ServiceSignal> workers = new ConcurrentHashMap<>();

    public WorkerCensus(Clock clock) {
        this.clock = clock;
    }

    /** Takes note of one signal; those of other services are of no interest. */
    public void hear(ServiceSignal signal, ConsumerRecord<byte[], byte[]> record) {
        hear(signal);
    }

    void hear(ServiceSignal signal) {
        if (signal.getSlots() > 0) {
            workers.put(signal.getInstance(), signal);
        }
    }

    /** How many scans all workers can make at once, now. */
    public int slots() {
        Instant oldest = clock.instant().minus(SILENCE);
        workers.values().removeIf(signal -> signal.getAt().isBefore(oldest));
        return workers.values().stream().mapToInt(ServiceSignal::getSlots).sum();
    }
}

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
 * that was silent for ten counts as gone. What counts is when a signal is heard, not what the
 * worker's clock says; only the first signal of a worker must be of about now, since the topic also
 * holds the last words of those that are long gone. Thread-safe.
 */
public final class WorkerCensus {

    private static final String WORKERS = "scan-processor";
    static final Duration SILENCE = Duration.ofSeconds(10);

    private final Clock clock;
    private final Map<String, Heard> workers = new ConcurrentHashMap<>();

    /**
     * A worker's newest signal; {@code at} is our time, or in the distant past while it proves
     * nothing.
     */
    private record Heard(ServiceSignal signal, Instant at) {}

    public WorkerCensus(Clock clock) {
        this.clock = clock;
    }

    /** Takes note of one signal; those of other services are of no interest. */
    public void hear(ServiceSignal signal, ConsumerRecord<byte[], byte[]> record) {
        hear(signal);
    }

    void hear(ServiceSignal signal) {
        if (signal.getService().equals(WORKERS)) {
            Instant now = clock.instant();
            workers.merge(
                    signal.getInstance(),
                    new Heard(signal, isOfAboutNow(signal, now) ? now : Instant.EPOCH),
                    (before, _) ->
                            signal.getAt().isAfter(before.signal().getAt())
                                    ? new Heard(signal, now)
                                    : before);
        }
    }

    private static boolean isOfAboutNow(ServiceSignal signal, Instant now) {
        return Duration.between(signal.getAt(), now).abs().compareTo(SILENCE) <= 0;
    }

    /** How many scans all workers can make at once, now. */
    public int slots() {
        Instant oldest = clock.instant().minus(SILENCE);
        return workers.values().stream()
                .filter(heard -> !heard.at().isBefore(oldest))
                .mapToInt(heard -> heard.signal().getSlots())
                .sum();
    }
}

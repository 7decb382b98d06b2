package io.stepfree.scheduler.capacity;

import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts the slots of the workers that were heard of lately, and the jobs that other schedulers
 * have out. Workers and schedulers signal every two seconds; one that was silent for ten counts as
 * gone, and one that was silent for an hour is forgotten. What counts is when a signal is heard,
 * not what the worker's clock says; only the first signal of a worker must be of about now, since
 * after an outage the last words of those that are long gone are heard, too. Thread-safe.
 */
public final class WorkerCensus {

    private static final String WORKERS = "scan-processor";
    private static final String SCHEDULERS = "scan-scheduler";

    /** The gauge by which a scheduler tells the others how many jobs it has out. */
    public static final String DISPATCHED = OwnMeter.SCHEDULER_DISPATCHED.meterName();

    static final Duration SILENCE = Duration.ofSeconds(10);

    /** Each start has a name of its own, so that the names would never come to an end. */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    private final Clock clock;
    private final String self;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    /**
     * The newest signal of an instance.
     *
     * @param at when it was heard, by our clock
     * @param lives whether it proves that the instance was there at that moment
     */
    private record Heard(ServiceSignal signal, Instant at, boolean lives) {}

    /**
     * @param self this instance, whose own signals do not count
     */
    public WorkerCensus(String self, Clock clock) {
        this.self = self;
        this.clock = clock;
    }

    /** Takes note of one signal; those of other services are of no interest. */
    public void hear(ServiceSignal signal, ConsumerRecord<byte[], byte[]> record) {
        hear(signal);
    }

    void hear(ServiceSignal signal) {
        if (signal.getService().equals(WORKERS) || signal.getService().equals(SCHEDULERS)) {
            Instant now = clock.instant();
            heard.merge(
                    signal.getInstance(),
                    new Heard(signal, now, isOfAboutNow(signal, now)),
                    // The later record is the newer one, whatever the clocks say. The same one
                    // again is no sign of life.
                    (before, _) ->
                            signal.equals(before.signal()) ? before : new Heard(signal, now, true));
            heard.values().removeIf(one -> one.at().isBefore(now.minus(FORGOTTEN)));
        }
    }

    private static boolean isOfAboutNow(ServiceSignal signal, Instant now) {
        return Duration.between(signal.getAt(), now).abs().compareTo(SILENCE) <= 0;
    }

    /** How many scans all workers can make at once, now. */
    public int slots() {
        return heardLately(WORKERS).mapToInt(ServiceSignal::getSlots).sum();
    }

    /** How many jobs other schedulers have out, as last heard. */
    public int dispatchedElsewhere() {
        return heardLately(SCHEDULERS)
                .filter(signal -> !signal.getInstance().equals(self))
                .mapToInt(signal -> signal.getGauges().getOrDefault(DISPATCHED, 0.0).intValue())
                .sum();
    }

    private Stream<ServiceSignal> heardLately(String service) {
        Instant oldest = clock.instant().minus(SILENCE);
        return heard.values().stream()
                .filter(one -> one.lives() && !one.at().isBefore(oldest))
                .map(Heard::signal)
                .filter(signal -> signal.getService().equals(service));
    }
}
